import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tensorCodecs } from './tensor-codecs.js';

interface Case {
  readonly blocks: string;
  readonly values: string;
}

const goldens = JSON.parse(readFileSync(new URL('../goldens/quants.json', import.meta.url), 'utf8'));
const cases: [string, Case][] = Object.entries(goldens.cases);

test.each(cases)(
  '%s decodes to the very bits that the Python package gguf gives',
  (dtype, { blocks, values }) => {
    const codec = tensorCodecs.get(dtype);
    const bytes = new Uint8Array(Buffer.from(blocks, 'base64'));
    const expected = new Uint8Array(Buffer.from(values, 'base64'));
    const count = bytes.length / (codec?.blockBytes ?? Number.NaN);
    const out = new Float32Array(expected.length / 4 + 3);
    codec?.decode(bytes, count, out, 3);
    expect(new Uint8Array(out.buffer, 12)).toEqual(expected);
  },
);

test('every dtype that can be read has a golden, but for F32', () => {
  const covered = cases.map(([dtype]) => dtype);
  expect([...tensorCodecs.keys()].filter((dtype) => dtype !== 'F32').sort()).toEqual(covered.sort());
});
