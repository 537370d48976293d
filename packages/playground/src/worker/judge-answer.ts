import { argmax, everyLogits, logSoftmax, type Session } from '@geodesic/runtime';
import type { Tokenizer } from '@geodesic/weights';
import type { JobReply, Judgement } from '../protocol.js';

/** Tokens judged by one step: their logits take vocabulary × 4 bytes each, 6 MB of SmolLM2's. */
const CHUNK = 32;

/**
 * Has a model say of each token of an answer how likely it finds it behind the prompt and the tokens before it. One pass over the answer
 * does it, chunk by chunk.
 *
 * @param session with logits `following`
 * @throws GeodesicError `run.aborted`
 */
export async function judgeAnswer(
  session: Session,
  tokenizer: Tokenizer,
  promptIds: readonly number[],
  answer: readonly number[],
  say: (reply: JobReply) => void,
  signal: AbortSignal,
): Promise<void> {
  if (answer.length === 0) return;
  let step = await session.prefill([promptIds], { signal });
  let start = 0;
  for (;;) {
    const judgements = everyLogits(step).map((logits, i) =>
      judge(tokenizer, logits, answer[start + i] as number),
    );
    say({ kind: 'judged', start, judgements });
    const end = start + judgements.length;
    if (end >= answer.length) return;
    // The last token predicts what nobody said.
    const seen = answer.slice(end - 1, Math.min(end - 1 + CHUNK, answer.length - 1));
    step = await session.decode([seen], { signal });
    start = end;
  }
}

function judge(tokenizer: Tokenizer, logits: Float32Array, id: number): Judgement {
  const logit = logits[id] as number;
  let rank = 1;
  for (const other of logits) if (other > logit) rank++;
  const likeliest = argmax(logits);
  return {
    rank,
    probability: Math.exp(logSoftmax(logits)[id] as number),
    likeliest: tokenizer.decode([likeliest]),
  };
}
