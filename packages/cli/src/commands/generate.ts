import { GeodesicError } from '@geodesic/compiler';
import {
  type GeneratedPiece,
  type GenerateOptions,
  type Generation,
  generate,
  type LanguageModel,
} from '@geodesic/runtime';
import { knownMerge, type RequestedMerge, requestedMerge, settledMerge } from '../budgeted-merge.js';
import { loadForCommand, withModel } from '../command-model.js';
import { givenOptions } from '../given-options.js';
import type { MergeOptions } from '../merge-options.js';
import type { LoadOptions } from '../model-options.js';
import type { OpenedModel } from '../open-model.js';
import { encodePrompt, type PromptOptions, readPrompt, requiredTemplate } from '../prompt.js';
import { writeOutput } from '../standard-output.js';

export interface GenerateCommandOptions extends LoadOptions, MergeOptions, PromptOptions {
  readonly maxNewTokens: number;
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly repetitionPenalty?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly json?: boolean;
}

/** Streams the continuation of a prompt to stdout, or prints it as JSON when it is whole. */
export async function generateCommand(options: GenerateCommandOptions): Promise<void> {
  const requested = await requestedMerge(options);
  checkDrawing(options);
  const prompt = await readPrompt(options);
  const start = performance.now();
  await withModel(options.model, knownMerge(requested), (opened) =>
    generateWith(opened, prompt, requested, options, start),
  );
}

/** Refuses options of drawing where nothing is drawn: they would be ignored silently. */
function checkDrawing({ temperature, topK, topP, minP, seed }: GenerateCommandOptions): void {
  const given = givenOptions({ topK, topP, minP, seed });
  if (temperature > 0 || given.length === 0) return;
  throw new GeodesicError(
    'cli.option',
    `${given.join(', ')} needs --temperature above 0: at 0 the likeliest token is taken`,
  );
}

async function generateWith(
  opened: OpenedModel,
  prompt: string,
  requested: RequestedMerge,
  options: GenerateCommandOptions,
  start: number,
): Promise<void> {
  const chatTemplate = options.chat ? requiredTemplate(await opened.chatTemplate()) : undefined;
  const tokenizer = await opened.tokenizer();
  const ids = encodePrompt(tokenizer, prompt, chatTemplate, opened.resolved.config);
  const model = await loadForCommand(opened, options);
  const loadMs = performance.now() - start;
  const merge = await settledMerge(requested, model);
  const session = model.session(merge === undefined ? {} : { merge });
  const show = async ({ text }: GeneratedPiece) => (options.json ? undefined : writeOutput(text));
  const pieces = generate(session, tokenizer, ids, generateOptions(options));
  const generation = await collect(pieces, show);
  session.dispose();
  model.dispose();
  process.stdout.write(
    options.json ? `${JSON.stringify(toJson(generation, loadMs, model), null, 2)}\n` : '\n',
  );
}

/** What the library is told of the options of the command. */
function generateOptions(options: GenerateCommandOptions): GenerateOptions {
  const { maxNewTokens, temperature, topK, topP, minP, repetitionPenalty, seed, stop } = options;
  return {
    maxNewTokens,
    temperature,
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
    ...(minP !== undefined && { minP }),
    ...(repetitionPenalty !== undefined && { repetitionPenalty }),
    ...(seed !== undefined && { seed }),
    ...(stop !== undefined && { stop }),
  };
}

async function collect(
  pieces: AsyncGenerator<GeneratedPiece, Generation>,
  show: (piece: GeneratedPiece) => Promise<void>,
): Promise<Generation> {
  for (;;) {
    const next = await pieces.next();
    if (next.done) return next.value;
    await show(next.value);
  }
}

function toJson(generation: Generation, loadMs: number, model: LanguageModel): object {
  const { text, tokens, promptTokens, mergedTokens, finishReason, prefillMs, decodeMs, tokensPerSecond } =
    generation;
  const timings = { loadMs, prefillMs, decodeMs, tokensPerSecond };
  const { kvCacheBytes } = generation;
  return {
    text,
    tokens,
    promptTokens,
    mergedTokens,
    finishReason,
    timings,
    kvCacheBytes,
    backend: model.device.name,
  };
}
