import { GeodesicError } from '@geodesic/compiler';
import * as z from 'zod/mini';
import { digit, gpt2 } from './pre-tokenizers.js';

const behaviorSchema = z.enum(['Removed', 'Isolated', 'Contiguous', 'MergedWithPrevious', 'MergedWithNext']);
const stepSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Digits'), individual_digits: z.boolean() }),
  z.object({
    type: z.literal('ByteLevel'),
    add_prefix_space: z.optional(z.boolean()),
    use_regex: z.optional(z.boolean()),
  }),
  z.object({ type: z.literal('Punctuation'), behavior: z.optional(behaviorSchema) }),
  z.object({
    type: z.literal('Split'),
    pattern: z.union([z.object({ Regex: z.string() }), z.object({ String: z.string() })]),
    behavior: behaviorSchema,
    invert: z.optional(z.boolean()),
  }),
  z.looseObject({ type: z.literal('Metaspace'), replacement: z.string(), split: z.nullish(z.boolean()) }),
  z.object({ type: z.literal('Whitespace') }),
  z.object({ type: z.literal('WhitespaceSplit') }),
  z.object({ type: z.literal('BertPreTokenizer') }),
  z.object({ type: z.literal('FixedLength'), length: z.optional(z.int().check(z.positive())) }),
  z.object({ type: z.literal('Sequence'), pretokenizers: z.array(z.unknown()) }),
]);

type Step = z.infer<typeof stepSchema>;
type Behavior = z.infer<typeof behaviorSchema>;

const word = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}';
const punctuation = '[\\p{P}!-\\/:-@\\[-`{-~]';
const anything = '[\\s\\S]';

/**
 * The `pre_tokenizer` of a `tokenizer.json` in words that `@huggingface/tokenizers` understands as the reference, the
 * Rust library, does. By itself it takes digits for ASCII, U+FEFF for white space and U+0085 for none, and computes every
 * way to split as `Isolated`; only the regular expressions of `Split` it translates faithfully.
 *
 * @param name file name for errors
 * @throws GeodesicError `tokenizer.format` for a split that can't be written so
 */
export function libraryPreTokenizer(preTokenizer: unknown, name: string): unknown {
  if (preTokenizer === null || preTokenizer === undefined) return preTokenizer;
  const steps = stepsOf(preTokenizer, name);
  return steps.length === 1 ? steps[0] : { type: 'Sequence', pretokenizers: steps };
}

function stepsOf(preTokenizer: unknown, name: string): object[] {
  const step = readStep(preTokenizer, name);
  switch (step.type) {
    case 'Sequence':
      return step.pretokenizers.flatMap((inner) => stepsOf(inner, name));
    case 'Digits':
      return [isolate(step.individual_digits ? digit : `${digit}+`)];
    case 'ByteLevel':
      return byteLevelSteps(step);
    case 'Punctuation':
      return [split(punctuation, step.behavior ?? 'Isolated', false, name)];
    case 'Split': {
      const { pattern } = step;
      const source = 'Regex' in pattern ? pattern.Regex : literal(pattern.String);
      return [split(source, step.behavior, step.invert ?? false, name)];
    }
    case 'Metaspace': {
      const words = split(literal(step.replacement), 'MergedWithNext', false, name);
      return step.split === false ? [step] : [step, words];
    }
    case 'Whitespace':
      return [split(`[${word}]+|[^${word}\\s]+`, 'Removed', true, name)];
    case 'WhitespaceSplit':
      return [split('\\s+', 'Removed', false, name)];
    case 'BertPreTokenizer':
      return [split('\\s+', 'Removed', false, name), isolate(punctuation)];
    case 'FixedLength':
      return [isolate(`${anything}{1,${step.length ?? 5}}`)];
  }
}

function readStep(preTokenizer: unknown, name: string): Step {
  const { data, error } = stepSchema.safeParse(preTokenizer);
  if (data) return data;
  const { type = 'object' } = typedSchema.parse(preTokenizer);
  const [issue] = error.issues;
  const where = [type, ...(issue?.path ?? [])].join('.');
  throw new GeodesicError(
    'tokenizer.format',
    `${name}: the pre_tokenizer ${where} can't be used (${issue?.message}); use the model's GGUF file or another tokenizer`,
  );
}

const typedSchema = z.catch(z.object({ type: z.optional(z.string()) }), {});

/** The space in front belongs to the text, and not to each of the pieces that the pattern cuts it into. */
function byteLevelSteps({ add_prefix_space, use_regex }: Extract<Step, { type: 'ByteLevel' }>): object[] {
  const space = { type: 'Replace', pattern: { Regex: '\\A[^ ]' }, content: ' $&' };
  return [
    ...(add_prefix_space ? [space] : []),
    ...((use_regex ?? true) ? [isolate(gpt2)] : []),
    { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
  ];
}

/** A `Split` of one of the three kinds that the library knows: all pieces, what matches, or what doesn't. */
function split(pattern: string, behavior: Behavior, invert: boolean, name: string): object {
  if (behavior === 'Isolated') return isolate(pattern);
  if (behavior === 'Contiguous') return isolate(`(?:${pattern})+`);
  if (behavior === 'Removed' && invert) return { ...isolate(pattern), behavior, invert };
  if (behavior !== 'Removed' && (behavior === 'MergedWithPrevious') !== invert)
    return isolate(`${anything}*?(?:${pattern}|\\z)`);
  refuseGroups(pattern, behavior, name);
  if (behavior === 'Removed') return { ...isolate(pattern), behavior };
  return isolate(`(?:${pattern})${anything}*?(?=${pattern}|\\z)`);
}

function isolate(pattern: string): object {
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
}

function literal(text: string): string {
  return text.replaceAll(/[\^$\\.*+?()[\]{}|/]/g, '\\$&');
}

/** The library takes what they match for pieces where it removes, and numbers them anew where a pattern is there twice. */
function refuseGroups(pattern: string, behavior: Behavior, name: string): void {
  const bare = pattern.replaceAll(/\\[\s\S]/g, '').replaceAll(/\[[^\]]*\]/g, '');
  if (!/\((?!\?)|\(\?<(?![=!])/.test(bare)) return;
  throw new GeodesicError(
    'tokenizer.format',
    `${name}: the pre_tokenizer's Split has the behavior ${behavior} and groups in its pattern ${pattern}, which can't be computed; write its groups as (?:…)`,
  );
}
