import type { LanguageModel, Session, StepResult } from '@geodesic/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { largestDifference } from '../difference.js';
import { loadTinyModel, tinyModelsOn } from './tiny-models.js';

const MERGE = { afterLayer: 0, keepStart: 1, keepEnd: 2, chunk: 4 };
/** Logits of the tiny models are of about 1; sums in another order move them by up to 1e-5. */
const TOLERANCE = 1e-4;
const PROMPTS = [
  [5, 9, 2, 7, 11, 3, 8, 1, 6, 4],
  [4, 12, 6, 3, 9, 2, 10],
];
const STEPS = 14;
/** Whose cached keys can't be turned back: rotary frequencies change as a row grows, or keys are normalised behind their rotation. */
const TURNED_FOR_GOOD = ['tiny-hunyuan', 'tiny-llama-dynamic', 'tiny-phi3-longrope', 'tiny-phi3-partial'];

const logitsOf = ({ logits: { shape, data } }: StepResult, row: number) => {
  const width = shape.at(-1) as number;
  return data.subarray(row * width, (row + 1) * width);
};

/** Rows that were merged by the step before. */
const mergedRows = ({ merges: [trace] }: StepResult) =>
  (trace?.rows ?? []).map((slots) => slots.some(({ merged }) => merged));

/** Decodes step by step, and compares each step behind a merge with one behind a prefill of all before it; how many there were. */
async function compare(streaming: Session, still: Session): Promise<number> {
  let step = await streaming.prefill(PROMPTS);
  let rows = PROMPTS;
  let compared = 0;
  for (let i = 0; i < STEPS; i++) {
    const ids = rows.map((_, row) => 2 + ((3 * i + 5 * row) % 11));
    const merged = i === 0 ? [] : mergedRows(step);
    step = await streaming.decode(ids.map((id) => [id]));
    for (const [row, isMerged] of merged.entries()) {
      if (!isMerged) continue;
      compared += 1;
      await still.prefill([rows[row]!]);
      const expected = await still.decode([[ids[row]!]]);
      expect(largestDifference(logitsOf(step, row), logitsOf(expected, 0))).toBeLessThanOrEqual(TOLERANCE);
    }
    rows = rows.map((tokens, row) => [...tokens, ids[row]!]);
  }
  return compared;
}

/**
 * The keys and values of the first layer behind a merge depend on nothing that `kv` leaves as it was: where it is the last layer, and
 * pairs are their second tokens, in place, both ways of merging give the same. How many steps merged.
 */
async function compareStreams(kv: Session, exact: Session): Promise<number> {
  let merges = 0;
  let steps = [await kv.prefill(PROMPTS), await exact.prefill(PROMPTS)] as const;
  for (let i = 0; i < STEPS; i++) {
    const ids = PROMPTS.map((_, row) => [2 + ((3 * i + 5 * row) % 11)]);
    steps = [await kv.decode(ids), await exact.decode(ids)];
    merges += steps[0].merges.length;
    expect(kv.slots).toEqual(exact.slots);
    expect(largestDifference(steps[0].logits.data, steps[1].logits.data)).toBeLessThanOrEqual(TOLERANCE);
  }
  return merges;
}

const layersOf = ({ definition }: LanguageModel) =>
  definition
    .trace({ phase: 'prefill', logits: 'last' })
    .nodes.filter(({ name }) => /^layers\.\d+\.output$/.test(name)).length;

await describeBackends('merging while tokens are generated', (backend) => {
  describe.each(tinyModelsOn(backend.name))('%s', (name) => {
    let model: LanguageModel;
    beforeAll(async () => {
      model = await loadTinyModel(name, backend.device);
    });
    afterAll(() => model.dispose());

    it('equals a prefill of all that was merged, in a batch', async () => {
      const streaming = model.session({ merge: { ...MERGE, stream: 'exact' } });
      const still = model.session({ merge: MERGE });
      try {
        // Each row is merged about every fourth step.
        expect(await compare(streaming, still)).toBeGreaterThanOrEqual(5);
      } finally {
        streaming.dispose();
        still.dispose();
      }
    });

    it('with kv and the second of each pair alone equals computing the last layer anew', async () => {
      const merge = {
        ...MERGE,
        afterLayer: layersOf(model) - 2,
        interpolation: 'drop',
        positions: 'last',
      } as const;
      if (TURNED_FOR_GOOD.includes(name)) {
        expect(() => model.session({ merge: { ...merge, stream: 'kv' } })).toThrow("stream 'kv' can't turn");
        return;
      }
      const [kv, exact] = (['kv', 'exact'] as const).map((stream) =>
        model.session({ merge: { ...merge, stream } }),
      );
      try {
        expect(await compareStreams(kv!, exact!)).toBeGreaterThanOrEqual(3);
      } finally {
        kv!.dispose();
        exact!.dispose();
      }
    });
  });
});
