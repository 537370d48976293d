import { expect, it } from 'vitest';
import { applyEdits } from './edits.js';

it('makes edits from behind, each once, insertions at one place in their order', () => {
  const edits = [
    { start: 1, end: 2, text: 'B' },
    { start: 3, end: 3, text: '1' },
    { start: 3, end: 3, text: '2' },
    { start: 1, end: 2, text: 'B' },
  ];
  expect(applyEdits('abcd', edits)).toBe('aBc12d');
});
