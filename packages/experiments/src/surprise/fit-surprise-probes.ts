import type { SurpriseProbe } from '@geodesic/compiler';
import type { LanguageModel } from '@geodesic/runtime';
import { negativeLogLikelihood } from '../metrics/compare-predictions.js';
import { RidgeRegression } from './ridge-regression.js';

/** Surprise beyond this many nats counts as this: what is rarer is no more in need of protection. */
const MOST_NATS = 12;
/** The first tokens of a text have states unlike all others, and are kept anyway. */
const SKIPPED = 4;

/**
 * Fits, for each of these layers, the linear function of its output that comes nearest to −log p of the same token, as the model itself
 * predicted it. It takes a prefill with all logits for each passage, some thousands of tokens together.
 *
 * @param passages token ids; not those that are to be judged
 * @param onPassage is told how many are through
 */
export async function fitSurpriseProbes(
  model: LanguageModel,
  passages: readonly (readonly number[])[],
  layers: readonly number[],
  onPassage: (count: number) => void = () => {},
): Promise<Map<number, SurpriseProbe>> {
  const fits = new Map<number, RidgeRegression>();
  const capture = layers.map(outputOf);
  const session = model.session({ logits: 'all', capture });
  try {
    for (const [i, ids] of passages.entries()) {
      const { logits, captured } = await session.prefill([ids]);
      const surprise = surpriseOf(logits.data as Float32Array, ids);
      for (const layer of layers) {
        const states = captured.get(outputOf(layer))?.data as Float32Array;
        const width = states.length / ids.length;
        const fit = fits.get(layer) ?? new RidgeRegression(width);
        fits.set(layer, fit);
        for (let token = SKIPPED; token < ids.length; token++) {
          fit.add(states.subarray(token * width, (token + 1) * width), surprise[token] as number);
        }
      }
      onPassage(i + 1);
    }
  } finally {
    session.dispose();
  }
  return new Map([...fits].map(([layer, fit]) => [layer, fit.solve()]));
}

function outputOf(layer: number): string {
  return `layers.${layer}.output`;
}

/** −log p of each token, 0 for the first. */
function surpriseOf(logits: Float32Array, ids: readonly number[]): number[] {
  const vocabulary = logits.length / ids.length;
  return ids.map((id, i) => {
    if (i === 0) return 0;
    const before = logits.subarray((i - 1) * vocabulary, i * vocabulary);
    return Math.min(MOST_NATS, negativeLogLikelihood(before, id));
  });
}
