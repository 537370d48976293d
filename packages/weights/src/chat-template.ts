import { GeodesicError } from '@geodesic/compiler';
import { Template } from '@huggingface/jinja';
import { rewriteLoops } from './chat-template-loops.js';
import { rewriteText, textFunctions } from './chat-template-text.js';

/** One turn of a conversation. Templates may use more fields than these. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
  readonly [field: string]: unknown;
}

/** What a template sees besides the messages. */
export interface ChatTemplateOptions {
  /** Ends the text with the start of the assistant's turn (default true). */
  readonly addGenerationPrompt?: boolean;
  readonly bosToken?: string;
  readonly eosToken?: string;
  /** Any further variables, such as `tools`. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/**
 * Writes a conversation as the text that the model was trained on. Encode it with `addSpecialTokens: false`: templates
 * write out BOS themselves where it is wanted.
 *
 * @param template Jinja source, from `Tokenizer.chatTemplate`
 * @throws GeodesicError `chat-template.failed` for an error in the template, and for what it refuses (`raise_exception`)
 */
export function applyChatTemplate(
  template: string,
  messages: readonly ChatMessage[],
  { addGenerationPrompt = true, bosToken = '', eosToken = '', variables = {} }: ChatTemplateOptions = {},
): string {
  try {
    return faithfulTemplate(template).render({
      ...textFunctions,
      ...variables,
      // None where there are none, which templates tell from undefined, as transformers gives them.
      tools: variables.tools ?? null,
      documents: variables.documents ?? null,
      messages,
      add_generation_prompt: addGenerationPrompt,
      bos_token: bosToken,
      eos_token: eosToken,
    });
  } catch (cause) {
    const detail =
      cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ').slice(0, 200) : String(cause);
    throw new GeodesicError(
      'chat-template.failed',
      `the model's chat template failed: ${detail}; change the messages or give another template`,
      { cause },
    );
  }
}

/** A template that the library computes as the reference, jinja2, does where the two are known to differ in what they write. */
function faithfulTemplate(source: string): Template {
  const template = new Template(source.replaceAll(/\r\n?/g, '\n'));
  rewriteLoops(template.parsed);
  rewriteText(template.parsed);
  return template;
}
