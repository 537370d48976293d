import { element } from './element.js';

/** A range input with its value written beside it. */
export class Slider {
  readonly #input: HTMLInputElement;
  readonly #output: HTMLOutputElement;
  readonly #digits: number;

  /** @param digits behind the point */
  constructor(id: string, digits: number, onChange: () => void) {
    this.#input = element(id, HTMLInputElement);
    this.#output = element(`${id}-value`, HTMLOutputElement);
    this.#digits = digits;
    this.#input.addEventListener('input', () => {
      this.#write();
      onChange();
    });
    this.#write();
  }

  get value(): number {
    return this.#input.valueAsNumber;
  }

  /** Goes further than it did where the value needs it. */
  set value(value: number) {
    if (value > Number(this.#input.max)) this.#input.max = String(value);
    this.#input.value = String(value);
    this.#write();
  }

  set disabled(disabled: boolean) {
    this.#input.disabled = disabled;
  }

  /** Sets how far it goes, and where it stands. */
  setRange(max: number, value: number): void {
    this.#input.max = String(max);
    this.#input.value = String(value);
    this.#write();
  }

  #write(): void {
    this.#output.value = this.value.toFixed(this.#digits);
  }
}
