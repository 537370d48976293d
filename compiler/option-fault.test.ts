import { expect, it } from 'vitest';
import { optionFault } from './option-fault.js';

const KNOWN = { passes: true, logits: true } as const;

it('finds nothing wrong with some or none of the options', () => {
  expect(optionFault({ logits: 'all' }, KNOWN)).toBeUndefined();
  expect(optionFault({}, KNOWN)).toBeUndefined();
});

it.each([
  [null, 'null is no record of options'],
  ['all', "'all' is no record of options"],
  [8, '8 is no record of options'],
  [{ logit: 'all' }, "there is no option 'logit'; there are passes, logits"],
  // A name that every object has is no option either.
  [{ toString: () => '' }, "there is no option 'toString'; there are passes, logits"],
])('says of %j that %s', (options, fault) => {
  expect(optionFault(options, KNOWN)).toBe(fault);
});
