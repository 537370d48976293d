import { expect, it } from 'vitest';
import { commentText } from './comment-text.js';

it('leaves nothing that ends the line of a comment', () => {
  const text = commentText('a\nb\rc\u2028d\u2029e\u0085f');
  expect(text).toBe('a\\u000ab\\u000dc\\u2028d\\u2029e\\u0085f');
  expect(commentText('ünïcode "quoted" \\n')).toBe('ünïcode "quoted" \\n');
});
