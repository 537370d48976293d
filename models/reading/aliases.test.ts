import { expect, it } from 'vitest';
import { refusalOf } from '../testing/reading.js';
import { withoutAliases } from './aliases.js';

const read = (config: Record<string, unknown>) => withoutAliases('gpt2', config, { hidden_size: 'n_embd' });

it.each([
  [{ n_embd: 8 }, { n_embd: 8 }],
  [{ hidden_size: 8 }, { n_embd: 8 }],
  [{ hidden_size: 8, n_embd: 8 }, { n_embd: 8 }],
  [{ hidden_size: null, n_embd: 8 }, { n_embd: 8 }],
  [{ hidden_size: 8, n_embd: null }, { n_embd: 8 }],
  [{ vocab_size: 3 }, { vocab_size: 3 }],
])('%j is %j under one name', (config, expected) => {
  expect(read(config)).toEqual(expected);
});

it('two values for one field are refused', () => {
  expect(refusalOf(() => read({ hidden_size: 8, n_embd: 16 }))).toBe(
    "config.field: config.json of a 'gpt2' model: field 'hidden_size': 8, but 'n_embd', another name of it, is 16",
  );
});
