import { layerOutput, meanSurprise, type SurpriseProbe } from '@geodesic/compiler';
import { everyLogits, type LanguageModel, TokenProtection } from '@geodesic/runtime';
import { quantile } from '../metrics/bootstrap.js';
import { negativeLogLikelihood } from '../metrics/compare-predictions.js';
import { RidgeRegression } from './ridge-regression.js';

/** Surprise beyond this many nats counts as this: what is rarer is no more in need of protection. */
const MOST_NATS = 12;
/** The first tokens of a text have states unlike all others, and are kept anyway. */
const SKIPPED = 4;
/** The share of the tokens around which the mean surprise is above the threshold. */
const SHARE_ABOVE = 0.08;

export interface FitOptions {
  /**
   * Token ids of texts that surprise more than the passages, such as passages `withRandomWords`: they are fitted to as well, but tell
   * nothing of the threshold, which is for what is usual.
   */
  readonly unusual?: readonly (readonly number[])[];
  /** Is told how many texts are through. */
  readonly onPassage?: (count: number) => void;
}

/** What a passage's tokens are at a layer: its output [tokens, width], row-major, and which of them go on with a word. */
interface Observed {
  readonly bits: ArrayLike<number>;
  readonly states: Float32Array;
}

/**
 * Fits, for each of these layers, the linear function of its output that comes nearest to −log p of the same token, as the model itself
 * predicted it, and finds the threshold that 8 in 100 of the passages' tokens are above. It takes a prefill with all logits for each
 * passage, some thousands of tokens together, and keeps the layers' states of all of them until the end.
 *
 * @param model its tokenizer tells which tokens go on with a word; without one none do
 * @param passages token ids; not those that are to be judged
 */
export async function fitSurpriseProbes(
  model: LanguageModel,
  passages: readonly (readonly number[])[],
  layers: readonly number[],
  { unusual = [], onPassage = () => {} }: FitOptions = {},
): Promise<Map<number, SurpriseProbe>> {
  const { tokenizer } = model;
  const words = tokenizer && new TokenProtection(tokenizer, []);
  const fits = new Map<number, RidgeRegression>();
  const observed = new Map<number, Observed[]>(layers.map((layer) => [layer, []]));
  const session = model.session({ logits: 'all', capture: layers.map(layerOutput) });
  try {
    for (const [i, ids] of [...passages, ...unusual].entries()) {
      const step = await session.prefill([ids]);
      const surprise = surpriseOf(everyLogits(step), ids);
      const bits = words?.bitsOf(ids) ?? ids.map(() => 0);
      for (const layer of layers) {
        const states = step.captured.get(layerOutput(layer))?.data as Float32Array;
        const width = states.length / ids.length;
        const fit = fits.get(layer) ?? new RidgeRegression(width);
        fits.set(layer, fit);
        if (i < passages.length) observed.get(layer)?.push({ bits, states });
        for (let token = SKIPPED; token < ids.length; token++) {
          fit.add(states.subarray(token * width, (token + 1) * width), surprise[token] as number);
        }
      }
      onPassage(i + 1);
    }
  } finally {
    session.dispose();
  }
  return new Map(
    [...fits].map(([layer, fit]) => {
      const linear = fit.solve();
      const means = meansOf(linear, observed.get(layer) as Observed[]);
      return [layer, { ...linear, threshold: quantile(means.sort(), 1 - SHARE_ABOVE) }];
    }),
  );
}

/** The mean surprise around each token of passages, as a probe tells it. */
function meansOf(
  { weights, bias }: Omit<SurpriseProbe, 'threshold'>,
  passages: readonly Observed[],
): Float64Array {
  const width = weights.length;
  const means = passages.flatMap(({ bits, states }) => {
    const surprise = Array.from(bits, (_, token) => {
      let sum = bias;
      for (let i = 0; i < width; i++) sum += (weights[i] as number) * (states[token * width + i] as number);
      return sum;
    });
    return meanSurprise(bits, surprise).slice(SKIPPED);
  });
  return Float64Array.from(means);
}

/** −log p of each token, 0 for the first. */
function surpriseOf(logits: readonly Float32Array[], ids: readonly number[]): number[] {
  return ids.map((id, i) =>
    i === 0 ? 0 : Math.min(MOST_NATS, negativeLogLikelihood(logits[i - 1] as Float32Array, id)),
  );
}
