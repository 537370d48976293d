import type { LanguageModel, Session, SessionOptions, StepResult } from '@geodesic/runtime';

export const MERGE = { afterLayer: 1, keepStart: 2, keepEnd: 3 };

/** Two rows of different lengths: padding, one token and several, more tokens than any window; steps of the same shape in a row. */
const STEPS: readonly ((session: Session) => Promise<StepResult>)[] = [
  (session) => session.prefill([Array.from({ length: 18 }, (_, i) => i + 3), [1, 2, 3]]),
  (session) => session.decode([[1], [2]]),
  (session) => session.decode([[7], [8]]),
  (session) => session.decode([[1, 4], [2]]),
  (session) => session.decode([[5], [6]]),
  (session) => session.prefill([Array.from({ length: 18 }, (_, i) => 40 - i), [4, 5]]),
  (session) => session.decode([[9], [3]]),
];

/** All logits of a prefill and the steps behind it, of the slots that are no padding. */
export async function runSteps(model: LanguageModel, options: SessionOptions): Promise<number[][]> {
  const session = model.session({ ...options, logits: 'all' });
  const results: number[][] = [];
  for (const step of STEPS) results.push(logitsOf(await step(session)));
  session.dispose();
  return results;
}

function logitsOf({ logits: { data, shape }, targets }: StepResult): number[] {
  const vocabulary = shape[2] as number;
  return Array.from(targets.data).flatMap((target, slot) =>
    target < 0 ? [] : [...data.subarray(slot * vocabulary, (slot + 1) * vocabulary)],
  );
}
