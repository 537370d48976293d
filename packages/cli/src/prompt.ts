import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { GeodesicError } from '@geodesic/compiler';
import type { DecoderConfig } from '@geodesic/models';
import { checkTokens } from '@geodesic/runtime';
import { applyChatTemplate, type Tokenizer } from '@geodesic/weights';

export interface PromptOptions {
  readonly prompt?: string;
  readonly promptFile?: string;
  readonly chat?: boolean;
}

/**
 * The prompt that a command line names.
 *
 * @throws GeodesicError `cli.prompt` where it names none or two, or the file can't be read; `run.empty`
 */
export async function readPrompt({ prompt, promptFile }: PromptOptions): Promise<string> {
  if ((prompt === undefined) === (promptFile === undefined)) {
    throw new GeodesicError(
      'cli.prompt',
      'give one prompt: --prompt <text>, or --prompt-file <path> (- for standard input)',
    );
  }
  const text = promptFile === undefined ? (prompt as string) : await readPromptFile(promptFile);
  if (text === '') throw new GeodesicError('run.empty', 'the prompt is empty: at least one token is needed');
  return text;
}

async function readPromptFile(path: string): Promise<string> {
  if (path === '-') return readStream(process.stdin);
  return readFile(path, 'utf8').catch((cause: Error) => {
    throw new GeodesicError('cli.prompt', `can't read the prompt file ${path}: ${cause.message}`, { cause });
  });
}

/**
 * Token ids of a prompt, in the model's chat template where asked for.
 *
 * @throws GeodesicError `cli.chat` for a model without a chat template, `run.empty`, `run.context`
 */
export function encodePrompt(
  tokenizer: Tokenizer,
  prompt: string,
  chat: boolean,
  config: DecoderConfig,
): number[] {
  refuseFarTooLong(tokenizer, prompt, config);
  const ids = chat ? encodeChat(tokenizer, prompt) : tokenizer.encode(prompt);
  checkTokens(ids, config);
  return ids;
}

/**
 * Refuses a text that can't fit by its beginning alone: megabytes take seconds to encode. Where a text is cut changes a few
 * tokens, so the beginning must go beyond the context by a good deal; what is closer is encoded whole and counted.
 */
function refuseFarTooLong(tokenizer: Tokenizer, prompt: string, config: DecoderConfig): void {
  const context = config.maxPositionEmbeddings;
  const beginning = prompt.slice(0, 8 * context);
  if (beginning.length === prompt.length) return;
  const tokens = tokenizer.encode(beginning).length;
  if (tokens < 1.25 * context) return;
  throw new GeodesicError(
    'run.context',
    `the prompt is too long: the first ${beginning.length} of its ${prompt.length} characters take ${tokens} tokens, the model's context holds ${context}`,
  );
}

function encodeChat(tokenizer: Tokenizer, prompt: string): number[] {
  if (tokenizer.chatTemplate === undefined) {
    throw new GeodesicError('cli.chat', 'the model has no chat template: leave --chat out');
  }
  const token = (id: number | undefined) => (id === undefined ? '' : tokenizer.idToToken(id));
  const text = applyChatTemplate(tokenizer.chatTemplate, [{ role: 'user', content: prompt }], {
    bosToken: token(tokenizer.bosTokenId),
    eosToken: token(tokenizer.eosTokenIds[0]),
  });
  return tokenizer.encode(text, { addSpecialTokens: false });
}
