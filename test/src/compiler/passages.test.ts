import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CAPITALISED,
  CONTINUES_WORD,
  flagSurprising,
  GENERATED,
  NAME,
  NUMBER,
  STAYS_ALONE,
} from '@geodesic/compiler';
import { expect, it } from 'vitest';
import { GOLDENS } from '../read-golden.js';

/** Rows of `test/oracle/passages.py`, which says what their letters stand for. */
interface Golden {
  readonly threshold: number;
  readonly rows: readonly {
    readonly kinds: string;
    /** As many tokens were given, the others generated. */
    readonly given: number;
    readonly surprise: readonly number[];
    readonly alone: readonly number[];
  }[];
}

const BITS: Readonly<Record<string, number>> = {
  '.': 0,
  '-': CONTINUES_WORD,
  C: CAPITALISED,
  c: CAPITALISED | CONTINUES_WORD,
  N: CAPITALISED | NAME,
  n: CAPITALISED | NAME | CONTINUES_WORD,
  '9': NUMBER,
  '#': STAYS_ALONE,
};

const golden = JSON.parse(readFileSync(join(GOLDENS, 'passages.json'), 'utf8')) as Golden;

it.each(golden.rows)('leaves alone what surprises in $kinds', ({ kinds, given, surprise, alone }) => {
  const bits = [...kinds].map((kind, i) => (BITS[kind] as number) | (i < given ? 0 : GENERATED));
  const flags = flagSurprising(bits, surprise, golden.threshold);
  expect([...flags.keys()].filter((i) => flags[i] === 1)).toEqual(alone);
});
