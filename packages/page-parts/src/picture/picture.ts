/** A token as the picture writes it. */
export interface TokenText {
  readonly id: number;
  readonly text: string;
}

/** A slot of the later layers: the first and last position that it stands for. */
export interface PictureSlot {
  readonly extent: readonly [first: number, last: number];
  readonly merged: boolean;
  /** Of the states that became one, where they are known. */
  readonly cosine?: number;
}
