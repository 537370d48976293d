/** Which tokens of a text went into which slots. */
export interface TextTrace {
  readonly tokens: readonly string[];
  readonly slots: readonly TracedSlot[];
}

/** One slot behind the last merge. */
export interface TracedSlot {
  /** First and last token, by index. */
  readonly first: number;
  readonly last: number;
  readonly merged: boolean;
  /** Of the two states that were merged; 1 where nothing was. */
  readonly cosine: number;
}
