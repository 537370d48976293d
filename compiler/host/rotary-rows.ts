import type { RotaryFrequencies } from '../ir/ops.js';
import { rotaryFrequencies, rotaryMagnitude } from './rotary-scaling.js';

/** Cosines or signed sines of single positions, [rotaryDim] each; those of the first positions that are asked for are computed once. */
export class RotaryRows {
  readonly #frequencies: Float32Array;
  readonly #magnitude: number;
  readonly #remembered: number;
  /** By position, which need not be whole. */
  readonly #known = new Map<number, Float32Array>();

  /**
   * @param length of the row of tokens, in original tokens, which some scalings depend on
   * @param remembered how many positions are computed once
   */
  constructor(
    readonly kind: 'cos' | 'sin',
    readonly attributes: RotaryFrequencies,
    { length, remembered }: { readonly length: number; readonly remembered: number },
  ) {
    this.#frequencies = rotaryFrequencies(attributes, length);
    this.#magnitude = rotaryMagnitude(attributes.scaling);
    this.#remembered = remembered;
  }

  /** Those of a position; not the caller's to write to. */
  at(position: number): Float32Array {
    const known = this.#known.get(position);
    if (known !== undefined) return known;
    const row = this.#compute(position);
    if (this.#known.size < this.#remembered) this.#known.set(position, row);
    return row;
  }

  #compute(position: number): Float32Array {
    const { rotaryDim, interleaved } = this.attributes;
    const row = new Float32Array(rotaryDim);
    const half = rotaryDim / 2;
    const [step, apart] = interleaved ? [2, 1] : [1, half];
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(position * (this.#frequencies[i] as number));
      const value = this.#magnitude * (this.kind === 'cos' ? Math.cos(angle) : Math.sin(angle));
      row[i * step] = this.kind === 'cos' ? value : -value;
      row[i * step + apart] = value;
    }
    return row;
  }
}
