import { expect, it } from 'vitest';
import { aligned } from './aligned.js';

const rows = [
  ['a', 'what'],
  ['long', 'some words that go on'],
];

it('makes columns as wide as their widest cell', () => {
  expect(aligned(rows, { indent: ' ' })).toBe(' a     what\n long  some words that go on');
});

it('wraps the last column below itself', () => {
  expect(aligned(rows, { width: 17 })).toBe('a     what\nlong  some words\n      that go on');
});
