import { element } from './element.js';
import type { PictureSlot, TokenText } from './picture/picture.js';

/** Which tokens are one behind the merge: those of a group share a frame. */
export class MergePicture {
  readonly #box = element('picture', HTMLElement);
  readonly #summary = element('picture-summary', HTMLParagraphElement);
  readonly #explanation = this.#summary.textContent;
  #tokens: TokenText[] = [];
  #promptTokens = 0;
  #groups: PictureSlot[] = [];

  clear(): void {
    this.#tokens = [];
    this.#groups = [];
    this.#box.replaceChildren();
    this.#summary.textContent = this.#explanation;
  }

  setPrompt(tokens: readonly TokenText[]): void {
    this.#tokens = [...tokens];
    this.#promptTokens = tokens.length;
    this.#draw();
  }

  /** Draws a text that is there as a whole. */
  show(tokens: readonly TokenText[], slots: readonly PictureSlot[]): void {
    this.#groups = slots.filter(({ merged }) => merged);
    this.setPrompt(tokens);
  }

  /** A token of the merged answer: it is drawn when it merges. */
  addAnswer(token: TokenText): void {
    if (token.id >= 0) this.#tokens.push(token);
  }

  addSlots(slots: readonly PictureSlot[]): void {
    const known = new Set(this.#groups.map(({ extent }) => extent[0]));
    this.#groups.push(...slots.filter(({ merged, extent }) => merged && !known.has(extent[0])));
    this.#draw();
  }

  #draw(): void {
    const groups = new Map(this.#groups.map((group) => [group.extent[0], group]));
    const lastMerged = Math.max(-1, ...this.#groups.map(({ extent }) => extent[1]));
    const end = Math.max(this.#promptTokens, Math.min(lastMerged + 1, this.#tokens.length));
    const drawn: HTMLElement[] = [];
    for (let at = 0; at < end; ) {
      const group = groups.get(at);
      const last = Math.min(group?.extent[1] ?? at, end - 1);
      const pieces = this.#tokens.slice(at, last + 1).map(({ text }) => piece(text));
      drawn.push(group === undefined ? (pieces[0] as HTMLElement) : frame(pieces, group));
      at = last + 1;
    }
    this.#box.replaceChildren(...drawn);
    this.#sumUp(end);
  }

  #sumUp(tokens: number): void {
    const members = this.#groups.reduce((sum, { extent: [first, last] }) => sum + last - first + 1, 0);
    if (this.#groups.length === 0) {
      this.#summary.textContent = `None of ${tokens} tokens are merged: all of them are kept or protected.`;
      return;
    }
    const slots = tokens - members + this.#groups.length;
    this.#summary.textContent = `${members} of ${tokens} tokens are merged to ${this.#groups.length}: the later layers see ${slots}. A frame holds what is one token there.`;
  }
}

function piece(text: string): HTMLSpanElement {
  const span = document.createElement('span');
  span.className = 'piece';
  // A line break would tear the picture.
  span.textContent = text.replaceAll('\n', '↵').replaceAll('\t', '⇥') || '·';
  return span;
}

function frame(pieces: readonly HTMLElement[], { cosine }: PictureSlot): HTMLSpanElement {
  const span = document.createElement('span');
  span.className = 'merged';
  span.title = cosine === undefined ? 'one token' : `one token; cosine of the states ${cosine.toFixed(3)}`;
  span.append(...pieces);
  return span;
}
