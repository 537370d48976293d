import { expect, it, onTestFinished, vi } from 'vitest';
import { runCommandLine } from './command-line.js';
import { reportError } from './report-error.js';

function written(): string[] {
  const chunks: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => chunks.push(String(chunk)) > 0);
  onTestFinished(() => spy.mockRestore());
  return chunks;
}

it('an error is one line without commands to the terminal', () => {
  const chunks = written();
  reportError(new Error('a\r\n  b\x1b[31mc\x9b\td\rе'), false);
  expect(chunks.join('')).toBe('error: a b\\u001b[31mc\\u009b\td\\u000dе\n');
});

it('nor does its stack have any', () => {
  const chunks = written();
  reportError(new Error('\x1b[31m'), true);
  expect(chunks.join('')).toMatch(/\n {4}at /);
  expect(chunks.join('')).not.toContain('\x1b');
});

it('nor the refusal of a command line', async () => {
  const chunks = written();
  expect(await runCommandLine(['inspect', '--no\x1b[31m'])).toBe(1);
  expect(chunks.join('')).toContain('--no\\u001b[31m');
});
