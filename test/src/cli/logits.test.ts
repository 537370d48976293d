import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { largestDifference } from '../difference.js';
import { type MergedCase, readMergedGolden } from '../models/merged-golden.js';
import { GOLDENS, readGolden, rowOf, tensorOf } from '../read-golden.js';
import { expectRefusal } from './expect-refusal.js';
import { runForJson, runGeodesic } from './run-geodesic.js';
import { temporaryFolder } from './temporary-folder.js';
import { tinyModelFolder } from './tiny-model-folder.js';

interface PrintedLogits {
  readonly tokens: readonly { readonly id: number; readonly logit: number; readonly logprob: number }[];
  readonly mergedTokens: number;
}

interface BaseManifest {
  readonly tokens: readonly number[];
  readonly cases: readonly { readonly name: string; readonly length: number; readonly logits: string }[];
}

/** Logits of the goldens have a standard deviation of 1.1; the backends are within 1e-5 of them. */
const TOLERANCE = 2e-5;
const VOCABULARY_SIZE = 96;

/** Runs `logits --all` on a golden's model, which has no tokenizer. */
async function allLogits(model: string, tokens: readonly number[], ...options: string[]) {
  const path = join(await temporaryFolder(), 'logits.f32');
  const args = ['--model', join(GOLDENS, model), '--tokens', tokens.join(','), '--all', path, '--json'];
  const printed = await runForJson<PrintedLogits>(['logits', ...args, '--backend', 'cpu', ...options]);
  const file = await readFile(path);
  const values = Float32Array.from({ length: file.length / 4 }, (_, i) => file.readFloatLE(i * 4));
  return { printed, values };
}

describe('logits of tiny-llama are those of Hugging Face transformers', async () => {
  const golden = await readGolden<BaseManifest>('tiny-llama/base');
  const { tokens, cases } = golden.manifest;
  const lastRow = (name: string, length: number) => rowOf(tensorOf(golden, name), length - 1);

  it.each(cases)('$name on cpu', async ({ length, logits }) => {
    const { printed, values } = await allLogits('tiny-llama', tokens.slice(0, length));
    expect(largestDifference(values, lastRow(logits, length))).toBeLessThanOrEqual(TOLERANCE);
    expect(printed.mergedTokens).toBe(length);
  });

  it('the longest on wasm', async () => {
    const { length, logits } = cases.at(-1) as (typeof cases)[number];
    const { values } = await allLogits('tiny-llama', tokens.slice(0, length), '--backend', 'wasm');
    expect(largestDifference(values, lastRow(logits, length))).toBeLessThanOrEqual(TOLERANCE);
  });
});

describe('merged logits of tiny-mistral are those of the oracle', async () => {
  const golden = await readMergedGolden('tiny-mistral');
  const caseOf = (name: string) => golden.cases.find((one) => one.name === name) as MergedCase;

  it.each([
    [
      'slerp/after1/midpoint/start2-end3/proportional/n33',
      '--merge-after 1 --keep-start 2 --keep-end 3 --proportional-attention',
    ],
    ['slerp/after1/first/start0-end0/plain/n33', '--positions first'],
    ['slerp/after1/first/start0-end0/plain/n33', '--positions first --no-proportional-attention'],
    ['slerp/after1/last/start0-end0/proportional/n33', '--positions last --proportional-attention'],
    [
      'slerp/after1/compact/start0-end0/proportional/n33',
      '--positions compact --interpolation slerp --proportional-attention',
    ],
    [
      'mean/after1/midpoint/start0-end0/proportional/n33',
      '--interpolation mean --positions midpoint --proportional-attention',
    ],
    [
      'norm-preserving/after1/midpoint/start0-end0/proportional/n33',
      '--interpolation norm-preserving --proportional-attention',
    ],
    ['drop/after1/midpoint/start0-end0/proportional/n33', '--interpolation drop --proportional-attention'],
    ['reference/after1/start0-end0-max0/n33', '--interpolation reference'],
    [
      'slerp/after3/midpoint/start2-end3/proportional/n33',
      '--merge-after 3 --keep-start 2 --keep-end 3 --proportional-attention',
    ],
  ])('%s by %s', async (name, flags) => {
    const one = caseOf(name);
    const unlessSaid = flags.includes('--merge-after') ? '' : '--merge-after 1 --keep-start 0 --keep-end 0 ';
    const { printed, values } = await allLogits(
      'tiny-mistral',
      one.tokens,
      ...`${unlessSaid}${flags}`.split(' '),
    );
    const expected = rowOf(tensorOf(golden, 'last'), one.last);
    expect(largestDifference(values, expected)).toBeLessThanOrEqual(TOLERANCE);
    expect(printed.mergedTokens).toBe(one.k);
  });
});

describe('what logits prints', () => {
  it('the likeliest first, with log-probabilities that add up, the same as --all writes', async () => {
    const { printed, values } = await allLogits('tiny-llama', [39, 13, 16], '--top', '1000');
    const { tokens } = printed;
    expect(tokens.map(({ id }) => id).sort((a, b) => a - b)).toEqual(
      Array.from({ length: VOCABULARY_SIZE }, (_, i) => i),
    );
    for (const [i, { id, logit, logprob }] of tokens.entries()) {
      expect(logit).toBe(values[id]);
      if (i > 0) expect(logit).toBeLessThanOrEqual(tokens[i - 1]?.logit ?? 0);
      expect(logprob - logit).toBeCloseTo((tokens[0]?.logprob ?? 0) - (tokens[0]?.logit ?? 0), 9);
    }
    expect(tokens.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)).toBeCloseTo(1, 9);
  });

  it('ten by default; as text with what each token spells, where there is a tokenizer', async () => {
    const lines = async (model: string) => {
      const args = ['--model', model, '--tokens', '39,13,16', '--backend', 'cpu'];
      const { stdout, stderr, exitCode } = await runGeodesic(['logits', ...args]);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
      return stdout.trimEnd().split('\n');
    };
    const without = await lines(join(GOLDENS, 'tiny-llama'));
    expect(without).toHaveLength(10);
    for (const line of without) expect(line).toMatch(/^ *\d+ +-?\d+\.\d{4} +-\d+\.\d{4}$/);
    const withText = await lines(await tinyModelFolder());
    expect(withText.map((line) => line.replace(/ {2}".*"$/, ''))).toEqual(without);
    for (const line of withText) expect(line).toMatch(/ {2}".+"$/);
  });

  it('--all leaves a file that is there as it is', async () => {
    const path = join(await temporaryFolder(), 'precious');
    await writeFile(path, 'precious');
    const args = ['--model', join(GOLDENS, 'tiny-llama'), '--tokens', '1,2', '--all', path];
    await expectRefusal(['logits', ...args], [path, 'it is there already']);
    expect(await readFile(path, 'utf8')).toBe('precious');
  });
});
