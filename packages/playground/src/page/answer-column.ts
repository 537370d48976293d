import { element, type TokenText } from '@geodesic/page-parts';

/** So close to its end, a text is followed as it grows. */
const FOLLOWING_PX = 40;

/** A side's answer, a span for each token. */
export class AnswerColumn {
  readonly #box: HTMLElement;
  #tokens: HTMLSpanElement[] = [];

  constructor(id: string) {
    this.#box = element(id, HTMLElement);
  }

  /** The spans of the tokens, in order. */
  get tokens(): readonly HTMLSpanElement[] {
    return this.#tokens;
  }

  clear(): void {
    this.#tokens = [];
    this.#box.replaceChildren();
  }

  append({ id, text }: TokenText): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#box;
    const follows = scrollHeight - scrollTop - clientHeight < FOLLOWING_PX;
    const span = document.createElement('span');
    span.className = 'token';
    span.textContent = text;
    // What is held back until the end belongs to no token.
    if (id >= 0) this.#tokens.push(span);
    this.#box.append(span);
    if (follows) this.#box.scrollTop = this.#box.scrollHeight;
  }
}
