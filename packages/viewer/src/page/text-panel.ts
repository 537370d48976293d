import type { SlerpMergeOptions } from '@geodesic/compiler';
import { DEFAULT_PROMPT, element, MergePicture } from '@geodesic/page-parts';
import { TOKENS_PATH, type TokensReply } from '../protocol.js';
import { AskError, ask } from './ask.js';
import { Latest } from './latest.js';

/** While somebody types. */
const TYPING_MS = 250;

/** A text, and which of its tokens merge. */
export class TextPanel {
  readonly #text = element('text', HTMLTextAreaElement);
  readonly #note = element('text-note', HTMLParagraphElement);
  readonly #picture = new MergePicture();
  readonly #requests = new Latest();
  readonly #merge: () => SlerpMergeOptions;

  /** @param merge gives the options as they are now */
  constructor(merge: () => SlerpMergeOptions) {
    this.#merge = merge;
    this.#text.value = DEFAULT_PROMPT;
    this.#text.addEventListener('input', () => this.update());
  }

  /** For a model that no text can be given. */
  disable(): void {
    this.#text.disabled = true;
    this.#text.value = '';
    this.#note.textContent = 'The model has no tokenizer, so that no text can be shown.';
  }

  update(): void {
    if (this.#text.disabled) return;
    if (this.#text.value === '') {
      this.#requests.run(
        async () => this.#empty('Type a text.'),
        () => {},
        0,
      );
      return;
    }
    this.#note.textContent =
      'Finding what merges … where states decide, the model runs, and reads its weights the first time.';
    this.#requests.run(
      (signal) => this.#ask(signal),
      (error) => this.#fail(error),
      TYPING_MS,
    );
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const question = { text: this.#text.value, merge: this.#merge() };
    const { tokens, slots, ran } = await ask<TokensReply>(TOKENS_PATH, question, signal);
    this.#picture.show(tokens, slots);
    this.#note.textContent = ran
      ? 'With these options states decide what merges: the model ran.'
      : 'With these options tokens alone decide what merges: the model did not run.';
  }

  #empty(note: string): void {
    this.#picture.clear();
    this.#note.textContent = note;
  }

  #fail(error: unknown): void {
    this.#empty(error instanceof AskError ? `${error.message} (${error.code})` : String(error));
  }
}
