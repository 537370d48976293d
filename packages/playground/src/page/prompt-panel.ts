import { chosenRadio, DEFAULT_PROMPT, element, isEnabled, setEnabled } from '@geodesic/page-parts';
import type { Question } from '../protocol.js';

/** `waiting` for a model, `ready` to answer, or `answering`. */
export type PromptState = 'waiting' | 'ready' | 'answering';

/** What the panel asks the page for. */
export interface PromptPanelActions {
  answer(): void;
  cancel(): void;
}

/** The prompt and what is done with it. */
export class PromptPanel {
  readonly #form = element('prompt-form', HTMLFormElement);
  readonly #text = element('prompt', HTMLTextAreaElement);
  readonly #answer = element('answer', HTMLButtonElement);
  readonly #cancel = element('cancel-answer', HTMLButtonElement);
  readonly #status = element('answer-status', HTMLParagraphElement);

  constructor({ answer, cancel }: PromptPanelActions) {
    this.#text.value = DEFAULT_PROMPT;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (isEnabled(this.#answer)) answer();
    });
    this.#text.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.#form.requestSubmit();
    });
    this.#cancel.addEventListener('click', () => {
      if (isEnabled(this.#cancel)) cancel();
    });
  }

  get question(): Pick<Question, 'prompt' | 'chat'> {
    return { prompt: this.#text.value, chat: chosenRadio(this.#form, 'form') === 'chat' };
  }

  focus(): void {
    this.#text.focus();
  }

  /** A model without a chat template goes on with a text. */
  setChat(possible: boolean): void {
    for (const radio of this.#form.querySelectorAll<HTMLInputElement>('input[name=form]')) {
      if (radio.value === 'chat') radio.disabled = !possible;
      radio.checked = (radio.value === 'chat') === possible;
    }
  }

  show(state: PromptState, status: string): void {
    setEnabled(this.#answer, state === 'ready');
    setEnabled(this.#cancel, state === 'answering');
    // A text that is set again is read out again.
    if (this.#status.textContent !== status) this.#status.textContent = status;
  }
}
