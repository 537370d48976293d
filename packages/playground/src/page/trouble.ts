import { element } from '@geodesic/page-parts';

/** What can be done about a trouble: what the button says and does. */
export interface WayOn {
  readonly label: string;
  readonly act: () => void;
}

/** Says what went wrong, and offers a way on. */
export class Trouble {
  readonly #box = element('trouble', HTMLDivElement);
  readonly #text = element('trouble-text', HTMLParagraphElement);
  readonly #code = element('trouble-code', HTMLSpanElement);
  readonly #action = element('trouble-action', HTMLButtonElement);
  #act: () => void = () => {};

  constructor() {
    this.#action.addEventListener('click', () => {
      this.clear();
      this.#act();
    });
  }

  show(message: string, code: string, { label, act }: WayOn): void {
    this.#text.textContent = message;
    this.#code.textContent = code;
    this.#action.textContent = label;
    this.#act = act;
    this.#box.hidden = false;
    // On a small screen it may stand below what was pressed.
    this.#box.scrollIntoView({ block: 'nearest' });
  }

  clear(): void {
    this.#box.hidden = true;
  }
}
