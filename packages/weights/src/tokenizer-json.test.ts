import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sharedGolden } from './testing/tokenizer-goldens.js';
import { tokenizerFromJson } from './tokenizer-json.js';

interface PreTokenizerGolden {
  readonly pre_tokenizer: object;
  /** By text. */
  readonly ids: readonly number[][];
}

interface NormalizerGolden {
  readonly normalizer: object;
  readonly pre_tokenizer: object;
  readonly cases: readonly (readonly [text: string, ids: readonly number[]])[];
}

interface SettingsGoldens {
  readonly model: object;
  readonly texts: readonly string[];
  readonly preTokenizers: Readonly<Record<string, PreTokenizerGolden>>;
  readonly normalizers: Readonly<Record<string, NormalizerGolden>>;
  readonly byteFallback: {
    readonly tokens: readonly string[];
    readonly cases: readonly (readonly [ids: readonly number[], text: string])[];
  };
}

/** What Hugging Face's tokenizers give (test/oracle/tokenizer/make_settings_goldens.py). */
const goldens: SettingsGoldens = JSON.parse(readFileSync(sharedGolden('tokenizer-settings.json'), 'utf8'));

function tokenizerWith(parts: object) {
  const json = {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: goldens.model,
    ...parts,
  };
  return tokenizerFromJson(json, { name: 'x/tokenizer.json', config: {}, eosTokenIds: [] });
}

test.each(Object.entries(goldens.preTokenizers))(
  'the pre-tokenizer %s gives the ids of its oracle',
  (_, { pre_tokenizer, ids }) => {
    const tokenizer = tokenizerWith({ pre_tokenizer });
    const read = goldens.texts.map((text) => [text, tokenizer.encode(text)]);
    expect(read).toEqual(goldens.texts.map((text, i) => [text, ids[i]]));
  },
);

test.each(Object.entries(goldens.normalizers))(
  'the normalizer %s gives the ids of its oracle',
  (_, { cases, ...parts }) => {
    const tokenizer = tokenizerWith(parts);
    expect(cases.map(([text]) => [text, tokenizer.encode(text)])).toEqual(cases);
  },
);

const split = { type: 'Split', pattern: { Regex: '(a)b' }, behavior: 'Removed', invert: false };

test.each([
  ['a kind of pre-tokenizer that is not known', { type: 'UnicodeScripts' }, /UnicodeScripts/],
  ['a way to split that is not known', { ...split, behavior: 'removed' }, /Split\.behavior can't be used/],
  ['a pattern with groups, of which pieces would be made', split, /behavior Removed and groups .*\(a\)b/],
  ['one in a sequence', { type: 'Sequence', pretokenizers: [split] }, /behavior Removed and groups/],
])('%s is refused', (_, pre_tokenizer, message) => {
  expect(() => tokenizerWith({ pre_tokenizer })).toThrow(message);
  expect(() => tokenizerWith({ pre_tokenizer })).toThrow(
    expect.objectContaining({ code: 'tokenizer.format' }),
  );
});

test('an added token that must be a word of its own is refused', () => {
  const token = { id: 600, content: '<w>', special: false, normalized: false };
  expect(tokenizerWith({ added_tokens: [{ ...token, single_word: false }] }).encode('a<w>')).toContain(600);
  expect(() => tokenizerWith({ added_tokens: [{ ...token, single_word: true }] })).toThrow(
    /^x\/tokenizer.json: the added token <w> .*single_word/,
  );
});

test.each([
  ['in a sequence', { type: 'Sequence', decoders: [{ type: 'ByteFallback' }, { type: 'Fuse' }] }],
  ['by itself', { type: 'ByteFallback' }],
])('bytes decode to the text of their oracle, also U+FEFF, %s', (_, decoder) => {
  const { tokens, cases } = goldens.byteFallback;
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const tokenizer = tokenizerWith({ decoder, model: { type: 'BPE', vocab, merges: [] } });
  for (const [ids, text] of cases) expect([ids, tokenizer.decode(ids)]).toEqual([ids, text]);
});

test('parts that are missing are none', () => {
  const parts = { normalizer: { type: 'Strip', strip_left: true, strip_right: true }, model: goldens.model };
  const missing = tokenizerFromJson(parts, { name: 'x/tokenizer.json', config: {}, eosTokenIds: [] });
  const text = '\ufeffa b\u0085';
  expect(missing.encode(text)).toEqual(tokenizerWith(parts).encode(text));
  expect(missing.encode(text)).toEqual(missing.encode('a b'));
});
