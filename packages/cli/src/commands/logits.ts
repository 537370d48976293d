import { writeFile } from 'node:fs/promises';
import { GeodesicError } from '@geodesic/compiler';
import { checkTokens } from '@geodesic/runtime';
import { loadForCommand, openForCommand } from '../command-model.js';
import { logSoftmax, topTokens } from '../likeliest-tokens.js';
import { mergeFromOptions } from '../merge-options.js';
import type { LoadOptions, MergeOptions } from '../options.js';

export interface LogitsCommandOptions extends LoadOptions, MergeOptions {
  readonly tokens: readonly number[];
  readonly top: number;
  readonly all?: string;
  readonly json?: boolean;
}

/** Prints the likeliest next tokens behind a list of token ids. */
export async function logitsCommand(options: LogitsCommandOptions): Promise<void> {
  const merge = mergeFromOptions(options);
  const opened = await openForCommand(options.model, merge);
  checkTokens(options.tokens, opened.resolved.config);
  const model = await loadForCommand(opened, options);
  const session = model.session(merge === undefined ? {} : { merge });
  const step = await session.prefill([options.tokens]);
  const mergedTokens = session.slots[0] as number;
  session.dispose();
  model.dispose();
  const logits = step.logits.data as Float32Array;
  if (options.all !== undefined) await writeNewFile(options.all, logits);
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
    const token = JSON.stringify(model.tokenizer?.decode([id]) ?? '');
    process.stdout.write(
      `${String(id).padStart(7)}  ${logit.toFixed(4).padStart(10)}  ${logprob.toFixed(4).padStart(10)}  ${token}\n`,
    );
  }
}

/** Little-endian float32; a file that is there already stays as it is. */
async function writeNewFile(path: string, values: Float32Array): Promise<void> {
  const bytes = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => {
    bytes.setFloat32(i * 4, value, true);
  });
  await writeFile(path, bytes, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'EEXIST' ? 'it is there already, and is left as it is' : cause.message;
    throw new GeodesicError('cli.output', `can't write ${path}: ${reason}`, { cause });
  });
}
