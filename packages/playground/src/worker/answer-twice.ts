import { checkTokens, GeodesicError } from '@geodesic/compiler';
import { pictureSlots, tokenTexts } from '@geodesic/page-parts/picture';
import type { Session } from '@geodesic/runtime';
import { encodeChat, type Tokenizer } from '@geodesic/weights';
import type { JobReply, Question } from '../protocol.js';
import { AnswerInProgress } from './answer-in-progress.js';
import { judgeAnswer } from './judge-answer.js';
import type { LoadedLanguageModel } from './load-model.js';

/**
 * Answers a question twice, as the model is and with merged tokens, a token of each in turn; then has the model as it is judge the
 * merged answer.
 *
 * @param say is told of each token, of what was merged, and of the judgements
 * @throws GeodesicError what is wrong with prompt or options; `run.aborted`
 */
export async function answerTwice(
  { model, tokenizer, description }: LoadedLanguageModel,
  question: Question,
  say: (reply: JobReply) => void,
  signal: AbortSignal,
): Promise<void> {
  const ids = encodeQuestion(tokenizer, question, description.hasChatTemplate);
  checkTokens(ids, model.config);
  const sessions: Session[] = [];
  const open = (...options: Parameters<typeof model.session>) => {
    const session = model.session(...options);
    sessions.push(session);
    return session;
  };
  try {
    const { maxNewTokens, temperature, seed, merge } = question;
    const options = { maxNewTokens, temperature, seed, signal };
    const base = new AnswerInProgress('base', open(), tokenizer, ids, options, say);
    const merged = new AnswerInProgress(
      'merged',
      open({ merge }),
      tokenizer,
      ids,
      {
        ...options,
        onStep: ({ merges }) => {
          const slots = merges[0]?.rows[0];
          if (slots !== undefined) say({ kind: 'slots', slots: pictureSlots(slots) });
        },
      },
      say,
    );
    say({ kind: 'prompt', tokens: tokenTexts(tokenizer, ids) });
    if (model.device.name === 'webgpu') await warmUp(sessions, ids, signal);
    while (!base.ended || !merged.ended) {
      await base.advance();
      await merged.advance();
    }
    await judgeAnswer(open({ logits: 'following' }), tokenizer, ids, merged.tokens, say, signal);
  } finally {
    for (const session of sessions) session.dispose();
  }
}

/** WebGPU compiles kernels at the first prompt of their kind: neither side shall pay for them. Each answer prefills anew. */
async function warmUp(
  sessions: readonly Session[],
  ids: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  for (const session of sessions) await session.prefill([ids], { signal });
}

function encodeQuestion(tokenizer: Tokenizer, { prompt, chat }: Question, hasTemplate: boolean): number[] {
  if (prompt === '')
    throw new GeodesicError('run.empty', 'the prompt is empty: at least one token is needed');
  if (!chat || !hasTemplate) return tokenizer.encode(prompt);
  return encodeChat(tokenizer, tokenizer.chatTemplate as string, prompt);
}
