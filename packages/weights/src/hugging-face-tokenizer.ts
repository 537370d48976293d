import * as z from 'zod/mini';
import type { Tokenizer } from './tokenizer.js';
import { tokenizerFromJson } from './tokenizer-json.js';

/** The parsed files of a Hugging Face model folder that bear on its tokenizer. */
export interface TokenizerFiles {
  /** Shown in errors. */
  readonly name: string;
  /** `tokenizer.json` */
  readonly tokenizer: Readonly<Record<string, unknown>>;
  /** `tokenizer_config.json` */
  readonly tokenizerConfig?: Readonly<Record<string, unknown>>;
  /** `generation_config.json` and `config.json`: both may name end tokens. */
  readonly configs?: readonly Readonly<Record<string, unknown>>[];
  /** `chat_template.jinja`; goes before the template in `tokenizer_config.json`. */
  readonly chatTemplate?: string;
}

const tokenSchema = z.catch(
  z.optional(
    z.union([
      z.string(),
      z.pipe(
        z.object({ content: z.string() }),
        z.transform((t) => t.content),
      ),
    ]),
  ),
  undefined,
);
const idsSchema = z.catch(
  z.union([
    z.array(z.int()),
    z.pipe(
      z.int(),
      z.transform((id) => [id]),
    ),
  ]),
  [],
);
const templateSchema = z.catch(
  z.optional(z.union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))])),
  undefined,
);

/**
 * The tokenizer of a Hugging Face model folder. It ends answers at every token that `generation_config.json`,
 * `config.json` or `tokenizer_config.json` names as an end.
 *
 * @throws GeodesicError `tokenizer.format`
 */
export function huggingFaceTokenizer(files: TokenizerFiles): Tokenizer {
  const config = files.tokenizerConfig ?? {};
  const ids = addedTokenIds(files.tokenizer);
  const bosTokenId = ids.get(tokenSchema.parse(config.bos_token) ?? '');
  const eos = ids.get(tokenSchema.parse(config.eos_token) ?? '');
  const named = (files.configs ?? []).flatMap((values) => idsSchema.parse(values.eos_token_id));
  const chatTemplate = huggingFaceChatTemplate(files);
  return tokenizerFromJson(files.tokenizer, {
    name: files.name,
    config,
    eosTokenIds: [...new Set([...(eos === undefined ? [] : [eos]), ...named])],
    ...(bosTokenId !== undefined && { bosTokenId }),
    ...(chatTemplate !== undefined && { chatTemplate }),
  });
}

/** The chat template of a Hugging Face model folder, if there is one. */
export function huggingFaceChatTemplate({
  tokenizerConfig,
  chatTemplate,
}: Pick<TokenizerFiles, 'tokenizerConfig' | 'chatTemplate'>): string | undefined {
  return chatTemplate ?? defaultTemplate(tokenizerConfig?.chat_template);
}

const addedTokensSchema = z.catch(z.array(z.object({ id: z.int(), content: z.string() })), []);

function addedTokenIds(tokenizer: Readonly<Record<string, unknown>>): Map<string, number> {
  return new Map(addedTokensSchema.parse(tokenizer.added_tokens).map(({ content, id }) => [content, id]));
}

/** Some models list several templates by name. */
function defaultTemplate(value: unknown): string | undefined {
  const template = templateSchema.parse(value);
  return Array.isArray(template) ? template.find(({ name }) => name === 'default')?.template : template;
}
