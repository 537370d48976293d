import { expect, test } from 'vitest';
import { parseByteRange } from '../server/byte-range.js';

test.each([
  [undefined, undefined],
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=10-19', { start: 10, end: 19 }],
  ['bytes=90-', { start: 90, end: 99 }],
  ['bytes=90-400', { start: 90, end: 99 }],
  ['bytes=100-', 'invalid'],
  ['bytes=20-10', 'invalid'],
  ['bytes=-5', 'invalid'],
  ['bytes=0-1,5-6', 'invalid'],
])('%s of 100 bytes', (header, expected) => {
  expect(parseByteRange(header, 100)).toEqual(expected);
});
