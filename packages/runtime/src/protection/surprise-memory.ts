import { type Device, placeWeight, type ValueData, type Weight } from '@geodesic/backend';
import {
  flagSurprising,
  GeodesicError,
  mergedDomain,
  mergeOutput,
  type ResolvedMergeOptions,
  surpriseParameters,
  TOKENS,
} from '@geodesic/compiler';
import type { SurpriseProbes } from '../surprise-probes/surprise-probes.js';

/** How surprising the tokens of a session were, and the probe that tells, for the merge that leaves alone what surprises. */
export class SurpriseMemory {
  /** The probe on the device. */
  readonly parameters: ReadonlyMap<string, Weight>;
  /** The layer of its merge. */
  readonly layer: number;
  readonly #output: string;
  readonly #threshold: number;

  /** @throws GeodesicError `merge.option` where no probe of the merge's layer is known; `backend.memory`, `backend.lost` */
  constructor({ afterLayer, group, surprise }: ResolvedMergeOptions, probes: SurpriseProbes, device: Device) {
    this.layer = afterLayer;
    const probe = probes.get(afterLayer);
    if (probe === undefined) {
      throw new GeodesicError(
        'merge.option',
        `slerpMerge: protect 'surprising' needs a probe of layer ${afterLayer}, which this model has none of: fit one (fitSurpriseProbes), or protect other classes`,
      );
    }
    const names = surpriseParameters(afterLayer);
    const weights = Float32Array.from(probe.weights);
    if (![...weights, probe.bias, surprise].every(Number.isFinite)) {
      throw new GeodesicError(
        'merge.option',
        `slerpMerge: the probe of layer ${afterLayer} needs weights, a bias and a threshold that are finite numbers: fit it anew`,
      );
    }
    this.parameters = new Map([
      [names.weights, placeWeight(device, names.weights, weights, [weights.length, 1])],
      [names.bias, placeWeight(device, names.bias, Float32Array.of(probe.bias), [1])],
    ]);
    this.#output = mergeOutput(mergedDomain(TOKENS, group, afterLayer), 'surprise');
    this.#threshold = surprise;
  }

  /** Of each row's tokens of a step that has them as outputs; padding, on the left, is left out. */
  read(values: ReadonlyMap<string, ValueData>, rows: readonly (readonly number[])[]): number[][] {
    const measured = values.get(this.#output);
    if (measured === undefined) return rows.map(() => []);
    const [, width = 0] = measured.shape;
    return rows.map(({ length }, row) => [
      ...measured.data.slice((row + 1) * width - length, (row + 1) * width),
    ]);
  }

  /** Which tokens of a row stay alone, given the bits of their protection and how surprising they were. */
  flags(bits: ArrayLike<number>, surprise: readonly number[]): Uint8Array {
    return flagSurprising(bits, surprise, this.#threshold);
  }

  dispose(): void {
    for (const weight of this.parameters.values()) weight.dispose();
  }
}
