import type { SlerpMergeOptions } from '@geodesic/compiler';
import { everyLogits, type LanguageModel, lastLogits } from '@geodesic/runtime';
import type { Tokenizer } from '@geodesic/weights';
import { comparePredictions } from '../metrics/compare-predictions.js';
import { Corpus } from '../texts/corpus.js';

/** Tokens behind each prompt that predictions are compared at. */
const SUFFIX = 16;
const SEED = 0;

/** Passages of the side of a text that defaults may be chosen on, and what the model as it is predicts behind them. */
export class CalibrationRuns {
  readonly model: LanguageModel;
  /** Tokens of a prompt. */
  readonly length: number;
  readonly #passages: readonly (readonly number[])[];
  #base: readonly Float32Array[][] = [];
  /** Positions behind the groups that merging makes of each passage where no end is kept. */
  #groupEnds: readonly number[][] = [];

  private constructor(model: LanguageModel, length: number, passages: readonly (readonly number[])[]) {
    this.model = model;
    this.length = length;
    this.#passages = passages;
  }

  static async begin(
    model: LanguageModel & { readonly tokenizer: Tokenizer },
    options: Partial<SlerpMergeOptions>,
    { length, passages }: { readonly length: number; readonly passages: number },
  ): Promise<CalibrationRuns> {
    const corpus = await Corpus.read('sotu', 'train');
    const rows = corpus.passages(model.tokenizer, passages, length + SUFFIX, SEED);
    const runs = new CalibrationRuns(model, length, rows);
    runs.#base = await runs.#predictions();
    runs.#groupEnds = await runs.#groups({ ...options, afterLayer: 0, keepEnd: 0 });
    return runs;
  }

  /** How many groups a merge makes before a position, the mean over passages: groups depend on nothing behind them. */
  groupsBefore(position: number): number {
    const counts = this.#groupEnds.map((ends) => ends.filter((end) => end <= position).length);
    return counts.reduce((sum, count) => sum + count, 0) / counts.length;
  }

  /** KL(base ‖ merged) in nats, the mean over the tokens behind all passages. */
  async divergence(merge: SlerpMergeOptions): Promise<number> {
    const merged = await this.#predictions(merge);
    const divergences = merged.flatMap((logits, i) =>
      logits.map((own, j) => comparePredictions(this.#base[i]?.[j] as Float32Array, own).kl),
    );
    return divergences.reduce((sum, kl) => sum + kl, 0) / divergences.length;
  }

  async #predictions(merge?: SlerpMergeOptions): Promise<Float32Array[][]> {
    const session = this.model.session({ logits: 'following', ...(merge && { merge }) });
    try {
      const predictions: Float32Array[][] = [];
      for (const passage of this.#passages) {
        const first = lastLogits(await session.prefill([passage.slice(0, this.length)]));
        predictions.push([first, ...everyLogits(await session.decode([passage.slice(this.length, -1)]))]);
      }
      return predictions;
    } finally {
      session.dispose();
    }
  }

  async #groups(merge: SlerpMergeOptions): Promise<number[][]> {
    const session = this.model.session({ merge });
    try {
      const pairs: number[][] = [];
      for (const passage of this.#passages) {
        const { merges } = await session.prefill([passage.slice(0, this.length)]);
        const slots = merges[0]?.rows[0] ?? [];
        pairs.push(slots.filter(({ merged }) => merged).map(({ extent }) => extent[1] + 1));
      }
      return pairs;
    } finally {
      session.dispose();
    }
  }
}
