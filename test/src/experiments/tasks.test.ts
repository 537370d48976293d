import { type Cell, CellLab, type CellResult, type Task, type Variant } from '@geodesic/experiments';
import { argmax, type LanguageModel, type SessionOptions } from '@geodesic/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyModel, tinySource } from './tiny-source.js';

const MERGED: Variant = { label: 'slerp', layer: 1, merge: { afterLayer: 1, keepStart: 2, keepEnd: 6 } };
const BASE: Variant = { label: 'base' };
const LENGTH = 40;

let lab: CellLab;
let model: LanguageModel;

beforeAll(async () => {
  model = await tinyModel();
  const spec = { seed: 5, split: 'all', bootstrap: { samples: 50, confidence: 0.95 } } as const;
  let time = 0;
  // Every look at the clock is 8 ms after the one before.
  lab = new CellLab(tinySource(), { spec, hash: 'hash' }, () => (time += 8));
});
afterAll(() => {
  lab.dispose();
  model.dispose();
});

function compute(task: Task, variant: Variant, length = LENGTH): Promise<CellResult> {
  const cell: Cell = {
    key: JSON.stringify([task, variant]),
    model: 'tiny',
    text: 'moby-dick',
    length,
    task,
    variant,
  };
  return lab.compute(cell);
}

/** Logits of every slot of a fresh prefill. */
async function allLogits(ids: readonly number[], options: SessionOptions): Promise<Float32Array[]> {
  const session = model.session({ ...options, logits: 'all' });
  const { logits } = await session.prefill([ids]);
  session.dispose();
  const vocabulary = logits.shape.at(-1) as number;
  return Array.from({ length: logits.data.length / vocabulary }, (_, i) =>
    (logits.data as Float32Array).slice(i * vocabulary, (i + 1) * vocabulary),
  );
}

/** Plain softmax in float64. */
function probabilities(logits: Float32Array): number[] {
  const weights = Array.from(logits, (logit) => Math.exp(logit));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function kl(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, share, i) => sum + share * Math.log(share / (q[i] as number)), 0);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The first passage that cells of this length read, from a trace of it. */
async function passageOf(length: number): Promise<number[]> {
  const { trace } = await compute({ kind: 'trace' }, MERGED, length);
  const tokenizer = model.tokenizer;
  return (trace?.tokens ?? []).flatMap((token) => tokenizer?.encode(token) ?? []);
}

describe('next tokens', () => {
  const suffix = 8;
  const task: Task = { kind: 'nextToken', suffix, passages: 1 };

  it('are compared with a fresh prefill that leaves the suffix unmerged', async () => {
    const passage = await passageOf(LENGTH + suffix);
    const { samples } = await compute(task, MERGED);
    // Slots that predict the suffix: the last of the prompt, and all of the suffix but its last.
    const fed = passage.slice(0, -1);
    const base = (await allLogits(fed, {})).slice(-suffix).map(probabilities);
    const merge = { afterLayer: 1, keepStart: 2, keepEnd: 6 + suffix - 1 };
    const merged = (await allLogits(fed, { merge })).slice(-suffix).map(probabilities);
    const divergences = base.map((p, i) => kl(p, merged[i] as number[]));
    const losses = merged.map((q, i) => -Math.log(q[passage[LENGTH + i] as number] as number));
    // The cache's way and a full pass differ by the rounding of float32.
    expect(samples.kl?.[0]).toBeCloseTo(divergences[0] as number, 5);
    expect(samples.suffixKl?.[0]).toBeCloseTo(mean(divergences), 5);
    expect(samples.perplexity?.[0]).toBeCloseTo(mean(losses), 5);
    expect(divergences[0]).toBeGreaterThan(1e-4);
  });

  it('of the base are its own', async () => {
    const { samples, metrics } = await compute(task, BASE);
    expect([samples.kl, samples.suffixKl, samples.top1, samples.suffixOverlap5]).toEqual([
      [0],
      [0],
      [1],
      [1],
    ]);
    expect(metrics.perplexity?.value).toBeCloseTo(Math.exp(samples.perplexity?.[0] as number), 9);
    expect(metrics.pairsMerged).toBeUndefined();
  });

  it('tell what the merge saves', async () => {
    const [base, merged] = [await compute(task, BASE), await compute(task, MERGED)];
    // 40 tokens, of which 32 become 16: two layers of four hold 24 instead of 40. Two heads of 8, keys and values, float32.
    const bytes = (entries: number) => entries * 2 * 8 * 2 * 4;
    expect(base.metrics.kvBytes?.value).toBe(bytes(4 * 40));
    expect(merged.metrics.kvBytes?.value).toBe(bytes(2 * 40 + 2 * 24));
    expect(merged.metrics.pairsMerged?.value).toBe(1);
    expect(merged.metrics.flops?.value).toBeLessThan(base.metrics.flops?.value as number);
  });
});

describe('baselines and several merges', () => {
  const task: Task = { kind: 'nextToken', suffix: 4, passages: 1 };
  const bytes = async (merge: Variant['merge']) =>
    (await compute(task, { label: 'other', ...(merge && { merge }) })).metrics.kvBytes?.value;

  it('that evict leave as many bytes as the merge beside them, and no context leaves one slot a layer', async () => {
    const options = { afterLayer: 1, keepStart: 2, keepEnd: 6, ratio: 0.5 };
    // Half of 16 pairs.
    const expected = (2 * 40 + 2 * 32) * 2 * 8 * 2 * 4;
    for (const evict of ['off', 'middle', 'key-norm'] as const) {
      expect(await bytes({ ...options, evict }), evict).toBe(expected);
    }
    expect(await bytes({ afterLayer: 1, evict: 'all' })).toBe((2 * 40 + 2 * 1) * 2 * 8 * 2 * 4);
  });

  it('merge behind each of several layers', async () => {
    const merge = { afterLayer: [0, 2], keepStart: 2, keepEnd: [6, 10] } as const;
    // 40 tokens, behind layer 0 2 + 16 + 6, behind layer 2 2 + 6 + 10.
    expect(await bytes(merge)).toBe((40 + 2 * 24 + 18) * 2 * 8 * 2 * 4);
    const passage = await passageOf(LENGTH);
    const { samples } = await compute(task, { label: 'both', merge });
    const [own, base] = await Promise.all(
      [{ merge }, {}].map(async (options) => probabilities((await allLogits(passage, options)).at(-1)!)),
    );
    // Two runs of the same graph, with logits of all tokens and of the last.
    expect(samples.kl?.[0]).toBeCloseTo(kl(base as number[], own as number[]), 5);
  });
});

describe('exact answers', () => {
  it.each<Task>([
    { kind: 'copy', of: 'letters', cue: 4, answer: 6, items: 6 },
    { kind: 'recall', items: 6 },
    { kind: 'needle', of: 'codes', depth: 0.5, items: 3 },
    { kind: 'needle', of: 'names', depth: 1, items: 3 },
    { kind: 'needle', of: 'words', depth: 0, items: 3 },
  ])('of $kind have a figure for each item, kept counted where the base is right', async (task) => {
    const length = task.kind === 'needle' ? 190 : LENGTH;
    const [base, merged] = [await compute(task, BASE, length), await compute(task, MERGED, length)];
    expect(base.samples.exact).toHaveLength((task as { items: number }).items);
    expect(base.samples.kept).toEqual(base.samples.exact?.map((exact) => (exact === 1 ? 1 : null)));
    expect(merged.samples.kept?.map((kept) => kept === null)).toEqual(
      base.samples.exact?.map((exact) => exact === 0),
    );
    expect(merged.samples.tokensRight?.every((share) => share !== null && share >= 0 && share <= 1)).toBe(
      true,
    );
  });

  it('say so where a length has no room', async () => {
    const task: Task = { kind: 'copy', of: 'letters', cue: 30, answer: 10, items: 1 };
    await expect(compute(task, BASE)).rejects.toMatchObject({ code: 'experiment.length' });
    await expect(compute({ kind: 'recall', items: 1 }, BASE, 12)).rejects.toMatchObject({
      code: 'experiment.length',
    });
    await expect(
      compute({ kind: 'needle', of: 'codes', depth: 0, items: 1 }, BASE, 30),
    ).rejects.toMatchObject({ code: 'experiment.length' });
  });
});

describe('answers', () => {
  it('are what greedy decoding says', async () => {
    const maxNewTokens = 12;
    const { samples } = await compute({ kind: 'answers', maxNewTokens, passages: 2 }, BASE);
    const prompt = await passageOf(LENGTH);
    const tokens: number[] = [];
    while (tokens.length < maxNewTokens) {
      const id = argmax((await allLogits([...prompt, ...tokens], {})).at(-1) as Float32Array);
      if (model.tokenizer?.eosTokenIds.includes(id)) break;
      tokens.push(id);
    }
    expect(samples.meanLength?.[0]).toBe(tokens.length);
    expect(samples.ended?.[0]).toBe(tokens.length < maxNewTokens ? 1 : 0);
  });
});

describe('speed', () => {
  it('is timed by the clock, base and variant in turns', async () => {
    const { samples } = await compute({ kind: 'speed', repeats: 3, newTokens: 4 }, MERGED);
    // Between two looks at the clock: 8 ms. Decoding is shared by its tokens.
    expect(samples.firstTokenMs).toEqual([8, 8, 8]);
    expect(samples.prefillMs).toEqual([8, 8, 8]);
    expect(samples.decodeMs).toEqual([2, 2, 2]);
    expect(samples.prefillRatio).toEqual([1, 1, 1]);
  });
});

describe('a trace', () => {
  it('says which tokens merged', async () => {
    const { trace } = await compute({ kind: 'trace' }, MERGED);
    expect(trace?.tokens).toHaveLength(LENGTH);
    const slots = trace?.slots ?? [];
    expect(slots.slice(0, 4).map(({ first, last, merged }) => [first, last, merged])).toEqual([
      [0, 0, false],
      [1, 1, false],
      [2, 3, true],
      [4, 5, true],
    ]);
    expect(slots.at(-1)).toMatchObject({ first: 39, last: 39, merged: false });
  });
});
