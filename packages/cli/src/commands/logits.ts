import { checkTokens, type SlerpMergeOptions } from '@geodesic/compiler';
import { type LanguageModel, logSoftmax, topTokens } from '@geodesic/runtime';
import type { Tokenizer } from '@geodesic/weights';
import { knownMerge, requestedMerge, settledMerge } from '../budgeted-merge.js';
import { loadForCommand, withModel } from '../command-model.js';
import type { MergeOptions } from '../merge-options.js';
import type { LoadOptions } from '../model-options.js';
import { checkNewFile, writeNewFile } from '../new-file.js';

export interface LogitsCommandOptions extends LoadOptions, MergeOptions {
  readonly tokens: readonly number[];
  readonly top: number;
  readonly all?: string;
  readonly json?: boolean;
}

/** Prints the likeliest next tokens behind a list of token ids. */
export async function logitsCommand(options: LogitsCommandOptions): Promise<void> {
  const requested = await requestedMerge(options);
  if (options.all !== undefined) await checkNewFile(options.all);
  await withModel(options.model, knownMerge(requested), async (opened) => {
    checkTokens(options.tokens, opened.resolved.config);
    const model = await loadForCommand(opened, options);
    await printLogits(model, await settledMerge(requested, model), options);
  });
}

async function printLogits(
  model: LanguageModel,
  merge: SlerpMergeOptions | undefined,
  options: LogitsCommandOptions,
): Promise<void> {
  const session = model.session(merge === undefined ? {} : { merge });
  const step = await session.prefill([options.tokens]);
  const mergedTokens = session.slots[0] as number;
  session.dispose();
  model.dispose();
  const logits = step.logits.data as Float32Array;
  if (options.all !== undefined) await writeNewFile(options.all, float32Bytes(logits));
  const logprobs = logSoftmax(logits);
  const tokens = topTokens(logits, options.top).map((id) => ({
    id,
    logit: logits[id] as number,
    logprob: logprobs[id] as number,
  }));
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ tokens, mergedTokens }, null, 2)}\n`);
    return;
  }
  for (const { id, logit, logprob } of tokens) {
    const cells = [String(id).padStart(7), ...[logit, logprob].map((value) => value.toFixed(4).padStart(10))];
    process.stdout.write(`${[...cells, textOf(model.tokenizer, id)].join('  ').trimEnd()}\n`);
  }
}

/** Little-endian on every machine. */
function float32Bytes(values: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => {
    view.setFloat32(i * 4, value, true);
  });
  return new Uint8Array(view.buffer);
}

/** The text of a token, as a JSON string. Vocabularies may be padded with ids that stand for no text. */
function textOf(tokenizer: Tokenizer | undefined, id: number): string {
  return tokenizer !== undefined && id < tokenizer.vocabSize ? JSON.stringify(tokenizer.decode([id])) : '';
}
