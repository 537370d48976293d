/** How a byte-level BPE tokenizer cuts text up before it merges within the pieces. */
export interface PreTokenizer {
  /** Regular expressions applied one after the other: matches and what is between them become pieces. */
  readonly patterns: readonly string[];
  /** A piece that is a token stays whole, whatever the merges say. */
  readonly ignoreMerges?: boolean;
  /** Whether BOS is added where the file doesn't say. */
  readonly addBos?: boolean;
}

/** A number of Unicode, as Rust's `char::is_numeric` has it. */
export const digit = '\\p{N}';
/** The pattern of GPT-2, which is that of `ByteLevel` too. */
export const gpt2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const contraction = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
const spaces = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const symbols = ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*';

/** The pattern that Llama 3 took from OpenAI's cl100k, with at most `digits` digits together. */
function cl100k(digits: string): string {
  return `${contraction}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}|${symbols}|${spaces}`;
}

/** The pattern of OpenAI's o200k, which cuts before capitals, with what may follow a word. */
function o200k(digits: string, suffix: string): string {
  const before = '[^\\r\\n\\p{L}\\p{N}]?';
  const upper = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
  const lower = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';
  const words = `${before}${upper}*${lower}+${suffix}|${before}${upper}+${lower}*${suffix}`;
  return `${words}|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${spaces}`;
}

const deepseekWords =
  '[!"#$%&\'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*';

const families: readonly (PreTokenizer & { readonly names: readonly string[] })[] = [
  {
    names: ['default'],
    patterns: ['[\\p{P}\\$\\+<=>\\^~\\|]+', gpt2, '\\p{N}+', '[0-9][0-9][0-9]'],
  },
  {
    names: ['gpt-2', 'phi-2', 'mpt', 'olmo', 'jais', 'trillion', 'exaone4', 'mellum', 'granite-docling'],
    patterns: [gpt2],
  },
  {
    names: ['smollm', 'starcoder', 'refact', 'command-r', 'codeshell', 'exaone', 'minerva-7b', 'mellum2'],
    patterns: [digit, gpt2],
  },
  {
    names: ['llama-bpe', 'llama3', 'llama-v3', 'falcon3', 'falcon-h1', 'pixtral', 'midm-2.0', 'lfm2'],
    patterns: [cl100k('\\p{N}{1,3}')],
    ignoreMerges: true,
    addBos: true,
  },
  { names: ['dbrx', 'smaug-bpe', 'glm4', 'chatglm-bpe'], patterns: [cl100k('\\p{N}{1,3}')] },
  {
    names: ['qwen2', 'deepseek-r1-qwen', 'megrez', 'stablelm2', 'hunyuan', 'solar-open', 'grok-2'],
    patterns: [cl100k(digit)],
  },
  {
    names: ['qwen35'],
    patterns: [
      `${contraction}|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|${digit}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|${spaces}`,
    ],
  },
  { names: ['tekken'], patterns: [o200k(digit, '')], ignoreMerges: true, addBos: true },
  { names: ['gpt-4o', 'llama4', 'kanana2'], patterns: [o200k('\\p{N}{1,3}', `${contraction}?`)] },
  { names: ['falcon'], patterns: ['[\\p{P}\\$\\+<=>\\^~\\|`]+', gpt2, '[0-9][0-9][0-9]'] },
  {
    names: ['deepseek-coder'],
    patterns: ['[\\r\\n]', '\\s?\\p{L}+', '\\s?\\p{P}+', '[一-龥ࠀ-一가-퟿]+', digit],
  },
  {
    names: ['deepseek-v3', 'hunyuan-dense'],
    patterns: ['\\p{N}{1,3}', '[一-龥぀-ゟ゠-ヿ]+', `${deepseekWords}|${spaces}`],
  },
  { names: ['bloom', 'poro-chat', 'gpt3-finnish'], patterns: [' ?[^(\\s|.,!?…。，、।۔،)]+'] },
  { names: ['viking'], patterns: [' ?[^(\\s|.,!?…。，、।۔،)]+', digit] },
];

/**
 * The pre-tokenizers that `tokenizer.ggml.pre` can name. The patterns are those of the models' own `tokenizer.json`, in
 * the grouping that llama.cpp made of them (src/llama-vocab.cpp).
 */
export const preTokenizers: ReadonlyMap<string, PreTokenizer> = new Map(
  families.flatMap(({ names, ...preTokenizer }) => names.map((name) => [name, preTokenizer] as const)),
);
