import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { checkTokens, GeodesicError } from '@geodesic/compiler';
import type { DecoderConfig } from '@geodesic/models';
import { encodeChat, type Tokenizer } from '@geodesic/weights';

/** Times the context: more tokens than this are too many wherever the text was cut. */
const FAR_TOO_LONG = 1.25;
/** Of as many characters as the context has tokens. */
const MOST_SLICES = 8;

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
  const [name, content] =
    path === '-'
      ? ['standard input', readStream(process.stdin)]
      : [`the prompt file ${path}`, readFile(path, 'utf8').then(withoutByteOrderMark)];
  return content.catch((cause: Error) => {
    throw new GeodesicError('cli.prompt', `can't read ${name}: ${cause.message}; give a text file`, {
      cause,
    });
  });
}

/** Standard input is read without it. */
function withoutByteOrderMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

/**
 * Token ids of a prompt, in a chat template if one is given.
 *
 * @throws GeodesicError `run.empty`, `run.context`
 */
export function encodePrompt(
  tokenizer: Tokenizer,
  prompt: string,
  chatTemplate: string | undefined,
  config: DecoderConfig,
): number[] {
  refuseFarTooLong(tokenizer, prompt, config);
  const ids =
    chatTemplate === undefined ? tokenizer.encode(prompt) : encodeChat(tokenizer, chatTemplate, prompt);
  checkTokens(ids, config);
  return ids;
}

/**
 * Refuses a text that can't fit by its beginning alone: megabytes take seconds to encode. The beginning is encoded slice by
 * slice, no further than needed. Where a text is cut changes a few tokens, so it must go beyond the context by a good deal;
 * what is closer is encoded whole and counted.
 */
function refuseFarTooLong(tokenizer: Tokenizer, prompt: string, config: DecoderConfig): void {
  const context = config.maxPositionEmbeddings;
  let tokens = 0;
  let end = 0;
  while (tokens <= FAR_TOO_LONG * context) {
    if (end >= Math.min(prompt.length, MOST_SLICES * context)) return;
    const slice = prompt.slice(end, end + context);
    tokens += tokenizer.encode(slice, { addSpecialTokens: false }).length;
    end += slice.length;
  }
  throw new GeodesicError(
    'run.context',
    `the prompt is too long: the first ${end} of its ${prompt.length} characters take ${tokens} tokens, the model's context holds ${context}`,
  );
}

/**
 * The chat template that `--chat` asks for.
 *
 * @throws GeodesicError `cli.chat` where the model has none
 */
export function requiredTemplate(chatTemplate: string | undefined): string {
  if (chatTemplate === undefined) {
    throw new GeodesicError('cli.chat', 'the model has no chat template: leave --chat out');
  }
  return chatTemplate;
}
