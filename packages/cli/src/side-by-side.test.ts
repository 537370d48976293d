import stringWidth from 'fast-string-width';
import { expect, it } from 'vitest';
import { sideBySide } from './side-by-side.js';

it('keeps its columns whatever the script', () => {
  const left = 'plain 日本語 and 🙂👍🏽 and e\u0301 in a line that goes on for longer than one column';
  const lines = sideBySide(['left', left], ['right', 'x '.repeat(60)], 53).split('\n');
  expect(lines.length).toBeGreaterThan(4);
  for (const line of lines.slice(0, 4)) expect(stringWidth(line.slice(0, line.indexOf('│')))).toBe(26);
});
