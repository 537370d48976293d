import { weightBytes } from '@geodesic/backend';
import type { LanguageModel } from '@geodesic/runtime';
import { openBackend, openModel } from 'geodesic';
import { continueGreedily } from '../next-token.js';
import { verdict } from './limit.js';
import { describeMachine } from './machine.js';

const NEW_TOKENS = 40;
const MODELS = ['smollm2-135m-instruct', 'gemma3-270m'];
/** At least nine of ten prompts must go on alike. */
const MOST_DIFFERENT = 1;

const PROMPTS = [
  'The capital of France is',
  'Once upon a time there was a lighthouse keeper who',
  'def fibonacci(n):',
  'Water boils at a temperature of',
  'The three laws of motion say that',
  'Dear Sir or Madam, I am writing to',
  'January, February, March, April, May,',
  'In 1969, the first human being',
  'To bake bread you need flour, water,',
  '1, 2, 4, 8, 16, 32,',
];

/**
 * Whether models go on from ten prompts on webgpu, with their weights packed, as they do on wasm with the same numbers as float32: the
 * likeliest token, 40 times.
 */
export async function benchGreedy(): Promise<void> {
  process.stdout.write(`${describeMachine()}\n`);
  for (const name of MODELS) {
    const expected = await continuations(name, 'wasm');
    const actual = await continuations(name, 'webgpu');
    const different = PROMPTS.filter((_, i) => actual[i]?.join() !== expected[i]?.join());
    process.stdout.write(
      `${name}: ${PROMPTS.length - different.length} of ${PROMPTS.length} prompts go on alike for ${NEW_TOKENS} tokens; different ${different.length} (${verdict(different.length, MOST_DIFFERENT)})\n`,
    );
  }
}

async function continuations(name: string, backend: string): Promise<number[][]> {
  const opened = await openModel(name);
  const tokenizer = await opened.tokenizer();
  const model: LanguageModel = await opened.load(await openBackend(backend));
  const bytes = [...model.parameters.values()].reduce((sum, weight) => sum + weightBytes(weight), 0);
  process.stdout.write(`${name} on ${backend}: ${(bytes / 1e6).toFixed(1)} MB of weights\n`);
  const answers: number[][] = [];
  // No token ends a continuation: nothing is the id −1.
  const options = { count: NEW_TOKENS, eos: -1 };
  for (const prompt of PROMPTS)
    answers.push(await continueGreedily(model, tokenizer.encode(prompt), options));
  await model.device.checkErrors();
  model.dispose();
  return answers;
}
