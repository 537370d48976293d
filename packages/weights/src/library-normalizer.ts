import * as z from 'zod/mini';

const sequenceSchema = z.object({ type: z.literal('Sequence'), normalizers: z.array(z.unknown()) });
const stripSchema = z.object({
  type: z.literal('Strip'),
  strip_left: z.boolean(),
  strip_right: z.boolean(),
});

/**
 * The `normalizer` of a `tokenizer.json` in words that `@huggingface/tokenizers` understands as the reference does: its
 * `Strip` takes U+FEFF for white space and U+0085 for none.
 */
export function libraryNormalizer(normalizer: unknown): unknown {
  const { data: sequence } = sequenceSchema.safeParse(normalizer);
  if (sequence) return { ...sequence, normalizers: sequence.normalizers.map(libraryNormalizer) };
  const { data: strip } = stripSchema.safeParse(normalizer);
  if (!strip) return normalizer;
  const normalizers = [
    // At the end only from where a run begins, so that long runs within the text cost no more than themselves.
    ...(strip.strip_left ? [remove('\\A\\s+')] : []),
    ...(strip.strip_right ? [remove('(?<!\\s)\\s+\\z')] : []),
  ];
  return { type: 'Sequence', normalizers };
}

function remove(pattern: string): object {
  return { type: 'Replace', pattern: { Regex: pattern }, content: '' };
}
