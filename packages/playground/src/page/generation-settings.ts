import { element, Slider } from '@geodesic/page-parts';
import type { Question } from '../protocol.js';

/** How answers are drawn. */
export class GenerationSettings {
  readonly #maxTokens: Slider;
  readonly #temperature: Slider;
  readonly #seed = element('seed', HTMLInputElement);

  constructor() {
    const show = () => this.#show();
    this.#maxTokens = new Slider('max-tokens', 0, show);
    this.#temperature = new Slider('temperature', 2, show);
    this.#seed.addEventListener('input', show);
    show();
  }

  /** An empty seed is 0; what else is wrong with one, generation says. */
  get options(): Pick<Question, 'maxNewTokens' | 'temperature' | 'seed'> {
    return {
      maxNewTokens: this.#maxTokens.value,
      temperature: this.#temperature.value,
      seed: this.#seed.value === '' ? 0 : this.#seed.valueAsNumber,
    };
  }

  #show(): void {
    const { maxNewTokens, temperature, seed } = this.options;
    const drawn = temperature === 0 ? 'the likeliest each time' : `temperature ${temperature}, seed ${seed}`;
    element('generation-summary', HTMLSpanElement).textContent = `${maxNewTokens} tokens, ${drawn}`;
  }
}
