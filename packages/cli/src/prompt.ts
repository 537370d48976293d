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
  const ids = chat ? encodeChat(tokenizer, prompt) : tokenizer.encode(prompt);
  checkTokens(ids, config);
  return ids;
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
