import type { Judgement } from '../protocol.js';

/** How a token of the merged answer stands to what the model as it is would have said. */
export type AgreementClass = 'agrees' | 'near' | 'differs';

const NEAR_RANK = 5;

export function agreementClass({ rank }: Judgement): AgreementClass {
  if (rank === 1) return 'agrees';
  return rank <= NEAR_RANK ? 'near' : 'differs';
}

/** `38 of 48 tokens …`, for all that was judged. */
export function agreementSummary(judgements: readonly Judgement[]): string {
  const count = (name: AgreementClass) => judgements.filter((one) => agreementClass(one) === name).length;
  const [agreeing, near] = [count('agrees'), count('near')];
  return `${agreeing} of ${judgements.length} tokens are what the model as it is would have said, ${near} more are among its 5 likeliest.`;
}
