import type { SurpriseProbe } from '@geodesic/compiler';
import type { SurpriseProbes } from './surprise-probes.js';

/** Probes of some of a model's layers: float32 in base64, the weights of each, and behind them its bias and its threshold. */
export interface PackedProbes {
  readonly features: number;
  readonly layers: readonly number[];
  readonly base64: string;
}

/** By the name of the model in the catalogue; written by `scripts/fit-surprise-probes.mjs`. */
const SHIPPED: Readonly<Record<string, () => Promise<PackedProbes>>> = {
  'smollm2-135m-instruct': async () => (await import('./smollm2-135m-instruct.js')).probes,
};

/** What tells how surprising tokens were, for models of the catalogue that it was fitted for. */
export async function shippedProbes(model: string): Promise<SurpriseProbes | undefined> {
  const read = Object.hasOwn(SHIPPED, model) ? SHIPPED[model] : undefined;
  return read === undefined ? undefined : unpackProbes(await read());
}

export function unpackProbes({ features, layers, base64 }: PackedProbes): Map<number, SurpriseProbe> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const numbers = Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  return new Map(
    layers.map((layer, i) => {
      const start = i * (features + 2);
      const end = start + features;
      const [bias, threshold] = numbers.subarray(end, end + 2) as unknown as [number, number];
      return [layer, { weights: numbers.subarray(start, end), bias, threshold }];
    }),
  );
}
