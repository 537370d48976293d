import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { GeodesicError } from '@geodesic/compiler';
import { applyChatTemplate, type Tokenizer } from '@geodesic/weights';

export interface PromptOptions {
  readonly prompt?: string;
  readonly promptFile?: string;
  readonly chat?: boolean;
}

/**
 * The prompt that a command line names.
 *
 * @throws GeodesicError `cli.prompt` where it names none or two, or the file can't be read
 */
export async function readPrompt({ prompt, promptFile }: PromptOptions): Promise<string> {
  if ((prompt === undefined) === (promptFile === undefined)) {
    throw new GeodesicError('cli.prompt', 'give one prompt: --prompt <text>, or --prompt-file <path> (- for standard input)');
  }
  if (promptFile === undefined) return prompt as string;
  if (promptFile === '-') return readStream(process.stdin);
  return readFile(promptFile, 'utf8').catch((cause: Error) => {
    throw new GeodesicError('cli.prompt', `can't read the prompt file ${promptFile}: ${cause.message}`, { cause });
  });
}

/**
 * Token ids of a prompt, in the model's chat template where asked for.
 *
 * @throws GeodesicError `cli.chat` for a model without a chat template, `run.empty`, `run.context`
 */
export function encodePrompt(tokenizer: Tokenizer, prompt: string, chat: boolean, contextLength: number): number[] {
  const ids = chat ? encodeChat(tokenizer, prompt) : tokenizer.encode(prompt);
  if (prompt === '' || ids.length === 0) throw new GeodesicError('run.empty', 'the prompt is empty: give at least one token');
  if (ids.length > contextLength) {
    throw new GeodesicError(
      'run.context',
      `the prompt is too long: ${ids.length} tokens, the model's context holds ${contextLength}`,
    );
  }
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
