import type { SlerpMergeOptions } from '@geodesic/compiler';
import type { LanguageModel } from '@geodesic/runtime';

/**
 * The likeliest token after the prompt, and the likeliest after it, …: `count` of them, or up to the end-of-sequence id
 * `eos`. By a session's own steps: `generate` is under test elsewhere.
 */
export async function continueGreedily(
  model: LanguageModel,
  promptIds: readonly number[],
  { count, eos, merge = [] }: { count: number; eos: number; merge?: readonly SlerpMergeOptions[] },
): Promise<number[]> {
  const session = model.session({ merge });
  try {
    const ids: number[] = [];
    let { logits } = await session.prefill([promptIds]);
    for (;;) {
      const id = likeliest(logits.data);
      ids.push(id);
      if (id === eos || ids.length === count) return ids;
      ({ logits } = await session.decode([[id]]));
    }
  } finally {
    session.dispose();
  }
}

/** The id of the largest logit. */
export function likeliest(logits: ArrayLike<number>): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if ((logits[id] as number) > (logits[best] as number)) best = id;
  return best;
}

/** The natural logarithm of the sum of exponentials. */
export function logSumExp(values: Float32Array): number {
  const largest = values.reduce((a, b) => Math.max(a, b));
  return largest + Math.log(values.reduce((total, value) => total + Math.exp(value - largest), 0));
}
