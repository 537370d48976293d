import { middleLayer, type SlerpMergeOptions } from '@geodesic/compiler';
import {
  argmax,
  type Generation,
  generate,
  klDivergence,
  type LanguageModel,
  topTokens,
} from '@geodesic/runtime';
import type { Tokenizer } from '@geodesic/weights';
import { knownMerge, requestedMerge, settledMerge } from '../budgeted-merge.js';
import { checkMerge, loadForCommand, withModel } from '../command-model.js';
import { DEMO_BEGINNING, DEMO_QUESTION } from '../demo-prompt.js';
import type { MergeOptions } from '../merge-options.js';
import type { LoadOptions } from '../model-options.js';
import type { OpenedModel } from '../open-model.js';
import { encodePrompt, readPrompt } from '../prompt.js';
import { sideBySide, wrapText } from '../side-by-side.js';

export interface DemoCommandOptions extends LoadOptions, MergeOptions {
  readonly prompt?: string;
  readonly maxNewTokens: number;
}

/** An answer with the logits of its first token. */
interface Answer {
  readonly generation: Generation;
  readonly firstLogits: Float32Array;
}

/**
 * Answers one prompt twice, as the model is and with merged tokens, and prints both beside each other. A model without a
 * chat template continues the prompt instead.
 */
export async function demoCommand(options: DemoCommandOptions): Promise<void> {
  const given = options.prompt === undefined ? undefined : await readPrompt({ prompt: options.prompt });
  await withModel(options.model, undefined, (opened) => demonstrate(opened, given, options));
}

async function demonstrate(
  opened: OpenedModel,
  given: string | undefined,
  options: DemoCommandOptions,
): Promise<void> {
  const { numHiddenLayers } = opened.resolved.config;
  const byDefault = options.mergeBudget === undefined ? { mergeAfter: middleLayer(numHiddenLayers) } : {};
  const requested = await requestedMerge({ ...byDefault, ...options });
  const known = knownMerge(requested);
  if (known !== undefined) checkMerge(opened, known);
  const tokenizer = await opened.tokenizer();
  const chat = tokenizer.chatTemplate !== undefined;
  const prompt = given ?? (chat ? DEMO_QUESTION : DEMO_BEGINNING);
  const ids = encodePrompt(tokenizer, prompt, tokenizer.chatTemplate, opened.resolved.config);
  const model = await loadForCommand(opened, options);
  const merge = (await settledMerge(requested, model)) as SlerpMergeOptions;
  const doing = chat ? 'answering' : 'continuing the prompt';
  process.stderr.write(`${doing} as it is …\n`);
  const base = await answer(model, tokenizer, ids, undefined, options.maxNewTokens);
  process.stderr.write(`${doing} with merged tokens …\n`);
  const merged = await answer(model, tokenizer, ids, merge, options.maxNewTokens);
  const { name, description } = model.device;
  model.dispose();
  process.stdout.write(
    `${report(prompt, base, merged, merge, `${options.model} on ${name} (${description})`)}\n`,
  );
}

async function answer(
  model: LanguageModel,
  tokenizer: Tokenizer,
  ids: readonly number[],
  merge: SlerpMergeOptions | undefined,
  maxNewTokens: number,
): Promise<Answer> {
  const session = model.session(merge === undefined ? {} : { merge });
  try {
    // The generation prefills again: this first run is its warm-up, so that neither side's figures pay for what a backend
    // does once for a program.
    const first = await session.prefill([ids]);
    const pieces = generate(session, tokenizer, ids, { maxNewTokens });
    let next = await pieces.next();
    while (!next.done) next = await pieces.next();
    return { generation: next.value, firstLogits: first.logits.data as Float32Array };
  } finally {
    session.dispose();
  }
}

function report(
  prompt: string,
  base: Answer,
  merged: Answer,
  merge: SlerpMergeOptions,
  where: string,
): string {
  const width = Math.min(process.stdout.columns || Number(process.env.COLUMNS) || 80, 140);
  const columns = sideBySide(
    ['as it is', base.generation.text.trim()],
    [`slerpMerge after layer ${merge.afterLayer}`, merged.generation.text.trim()],
    width,
  );
  const prompted = wrapText(`prompt: ${prompt}`, width);
  return [where, '', ...prompted, '', columns, '', ...figures(base, merged)].join('\n');
}

function figures(base: Answer, merged: Answer): string[] {
  const [a, b] = [base.generation, merged.generation];
  const row = (label: string, left: string, right: string) =>
    `${label.padEnd(28)}${left.padStart(14)}${right.padStart(14)}`;
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return [
    row('', 'as it is', 'merged'),
    row('prompt tokens, later layers', String(a.mergedTokens), String(b.mergedTokens)),
    row('new tokens', String(a.tokens.length), String(b.tokens.length)),
    row('prefill', ms(a.prefillMs), ms(b.prefillMs)),
    row('decode', ms(a.decodeMs), ms(b.decodeMs)),
    row('tokens a second', a.tokensPerSecond.toFixed(1), b.tokensPerSecond.toFixed(1)),
    row('KV cache', `${(a.kvCacheBytes / 1e6).toFixed(2)} MB`, `${(b.kvCacheBytes / 1e6).toFixed(2)} MB`),
    '',
    ...agreement(base.firstLogits, merged.firstLogits),
  ];
}

function agreement(base: Float32Array, merged: Float32Array): string[] {
  const same = argmax(base) === argmax(merged) ? 'the same token' : 'another token';
  const likeliest = topTokens(base, 5);
  const shared = topTokens(merged, 5).filter((id) => likeliest.includes(id)).length;
  return [
    `next token: ${same} is likeliest, ${shared} of the 5 likeliest are shared`,
    `its distribution: a KL divergence of ${klDivergence(base, merged).toFixed(4)} nats`,
  ];
}
