import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StopStrings } from './stop-strings.js';

/** Pushes chunks until a stop string ends them, and gives all text that was let through. */
function run(stops: readonly string[], chunks: readonly string[]): { text: string; stopped: boolean } {
  const filter = new StopStrings(stops);
  let shown = '';
  for (const chunk of chunks) {
    const { text, stopped } = filter.push(chunk);
    shown += text;
    if (stopped) return { text: shown, stopped };
  }
  return { text: shown + filter.end(), stopped: false };
}

/** What may be shown, found without streaming: the text grows a character at a time until it ends with a stop string. */
function expected(stops: readonly string[], text: string): { text: string; stopped: boolean } {
  for (let end = 1; end <= text.length; end++) {
    const ending = stops.filter((stop) => stop !== '' && text.slice(0, end).endsWith(stop));
    if (ending.length > 0)
      return { text: text.slice(0, end - Math.max(...ending.map((stop) => stop.length))), stopped: true };
  }
  return { text, stopped: false };
}

// Two letters, so that stop strings appear, overlap themselves and overlap each other.
const letters = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom('a', 'é'), minLength, maxLength });

describe('StopStrings', () => {
  it('stops where a stop string is complete first, however the text is cut', () => {
    fc.assert(
      fc.property(
        fc.array(letters(0, 4), { maxLength: 3 }),
        fc.array(letters(0, 6), { maxLength: 8 }),
        (stops, chunks) => {
          expect(run(stops, chunks)).toEqual(expected(stops, chunks.join('')));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('holds back no more than may start a stop string', () => {
    const filter = new StopStrings(['END', 'ENOUGH']);
    expect(filter.push('the EN')).toEqual({ text: 'the ', stopped: false });
    expect(filter.push('O')).toEqual({ text: '', stopped: false });
    expect(filter.push('RMOUS')).toEqual({ text: 'ENORMOUS', stopped: false });
    expect(filter.push(' E')).toEqual({ text: ' ', stopped: false });
    expect(filter.end()).toBe('E');
    expect(filter.end()).toBe('');
  });

  it('never shows any of the stop string', () => {
    expect(run(['\n\n'], ['one', '\n', '\ntwo'])).toEqual({ text: 'one', stopped: true });
  });

  it('without stop strings, or with empty ones, lets all through at once', () => {
    expect(new StopStrings([]).push('text')).toEqual({ text: 'text', stopped: false });
    expect(new StopStrings(['']).push('text')).toEqual({ text: 'text', stopped: false });
  });
});
