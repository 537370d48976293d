import type { SlerpMergeOptions } from '@geodesic/compiler';
import { Corpus } from '@geodesic/experiments';
import { generate, type LanguageModel, type SamplingOptions } from '@geodesic/runtime';
import { encodeChat } from '@geodesic/weights';
import { openBackend, openModel } from 'geodesic';
import { verdict } from './limit.js';
import { describeMachine } from './machine.js';

const MODEL = 'smollm2-135m-instruct';
/** Of 30 layers. */
const MERGE: SlerpMergeOptions = { afterLayer: 15, stream: 'exact' };
const NEW_TOKENS = 1000;
const PASSAGE_TOKENS = 128;
/** Merged over base. */
const MOST_BYTES = 0.8;

/** Whose answers are lists, prose, and facts. */
const QUESTIONS: Readonly<Record<string, string>> = {
  bread: 'Explain step by step how to bake bread at home, and what can go wrong.',
  story: 'Write a long story about a lighthouse keeper who finds a letter in a bottle.',
  heart: 'What does the heart do, and how does blood move through the body?',
};

/** Greedily, and drawn. */
const SAMPLINGS: Readonly<Record<string, SamplingOptions>> = {
  greedy: {},
  'temperature 0.8, top-p 0.95': { temperature: 0.8, topP: 0.95 },
};

/**
 * Bytes of keys and values behind 1,000 generated tokens that merge as they come (`exact`), over what the unmerged model caches of the same
 * tokens: behind questions in the chat template and behind the start of a speech, greedily and drawn. No token ends an answer.
 *
 * @param chosen which prompts, as a command line gives them: the name of a question or `speech`; default: all
 */
export async function benchKvBytes(chosen: readonly string[]): Promise<void> {
  const device = await openBackend('node');
  print(`${describeMachine()}, ${device.description}`);
  const model = await (await openModel(MODEL)).load(device);
  print(`${NEW_TOKENS} generated tokens, merged after layer ${MERGE.afterLayer} with the defaults`);
  for (const [name, prompt] of await promptsOf(model)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    for (const [drawn, sampling] of Object.entries(SAMPLINGS)) {
      const ratio = await bytesRatio(model, prompt, sampling);
      print(`${name}, ${drawn}: KV bytes ${ratio.toFixed(3)} of the base's (${verdict(ratio, MOST_BYTES)})`);
    }
  }
  model.dispose();
}

async function promptsOf(model: LanguageModel): Promise<readonly (readonly [string, number[]])[]> {
  const tokenizer = model.tokenizer as NonNullable<typeof model.tokenizer>;
  const corpus = await Corpus.read('sotu', 'held-out');
  const [passage] = corpus.passages(tokenizer, 1, PASSAGE_TOKENS, 0);
  const template = tokenizer.chatTemplate as string;
  const questions = Object.entries(QUESTIONS).map(
    ([name, question]) => [name, encodeChat(tokenizer, template, question)] as const,
  );
  return [...questions, ['speech', passage as number[]]];
}

async function bytesRatio(
  model: LanguageModel,
  prompt: readonly number[],
  sampling: SamplingOptions,
): Promise<number> {
  const tokenizer = model.tokenizer as NonNullable<typeof model.tokenizer>;
  const [merged, base] = [model.session({ merge: MERGE }), model.session()];
  const tokens = [...prompt];
  const options = { ...sampling, maxNewTokens: NEW_TOKENS, eosTokenIds: [] };
  for await (const { id } of generate(merged, tokenizer, prompt, options)) {
    if (id !== undefined) tokens.push(id);
  }
  // The last token was drawn and not run.
  await base.prefill([tokens.slice(0, merged.lengths[0])]);
  const ratio = merged.kvCacheBytes / base.kvCacheBytes;
  merged.dispose();
  base.dispose();
  return ratio;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
