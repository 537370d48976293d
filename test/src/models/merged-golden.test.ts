import type { LanguageModel, Session, StepResult } from '@geodesic/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BackendUnderTest, describeBackends } from '../describe-backends.js';
import { largestDifference } from '../difference.js';
import { rowOf, tensorOf } from '../read-golden.js';
import { type MergedCase, type MergedGolden, readMergedGolden } from './merged-golden.js';
import { loadTinyModel, TINY_MODELS, tinyModelsOn } from './tiny-models.js';

/**
 * Absolute difference from the oracle; logits have a standard deviation of 1.1 to 1.2. The goldens are within 6e-6 of
 * float64. The largest difference measured is 6.1e-6 on cpu, 7.7e-6 on wasm.
 */
const TOLERANCE = 2e-5;

/** Cases that are alike but for their length share a session, as they share a program. */
function familiesOf({ cases }: MergedGolden): Map<string, MergedCase[]> {
  const families = new Map<string, MergedCase[]>();
  for (const one of cases) {
    const family = one.name.replace(/\/n\d+(\+\d+)?$/, '');
    families.set(family, [...(families.get(family) ?? []), one]);
  }
  return families;
}

/** cpu runs all of a family. The others run what exercises most: its longest case, and those that say most. */
function sampleOf(family: readonly MergedCase[], { name }: BackendUnderTest): readonly MergedCase[] {
  const longest = family.reduce((a, b) => (b.tokens.length > a.tokens.length ? b : a));
  return name === 'cpu' ? family : family.filter((one) => one === longest || one.logits || one.decoded);
}

/** The domain behind each merge: `tokens/2@0`, `tokens/2@0/2@2`. */
function domainsOf({ merges }: MergedCase): string[] {
  return merges.map((_, i) =>
    ['tokens', ...merges.slice(0, i + 1).map(({ afterLayer }) => `2@${afterLayer}`)].join('/'),
  );
}

function openSession(model: LanguageModel, one: MergedCase): Session {
  const states = one.merges.map(({ afterLayer }) => `layers.${afterLayer}.merged`);
  const streams = domainsOf(one).flatMap((domain) => [`${domain}.sizes`, `${domain}.positionIds`]);
  return model.session({ merge: one.merges, logits: 'all', capture: [...states, ...streams] });
}

/** The logits of the last slot: rows are padded on the left. */
function lastLogits({ logits }: StepResult): ArrayLike<number> {
  return logits.data.subarray(logits.data.length - (logits.shape[2] as number));
}

function expectTrace(step: StepResult, one: MergedCase): void {
  const domains = domainsOf(one);
  expect(step.merges.map(({ domain }) => domain)).toEqual(domains);
  one.trace.forEach(({ extents, sizes, positions }, i) => {
    const domain = domains[i] as string;
    expect(step.merges[i]?.rows[0]?.map(({ extent }) => extent)).toEqual(extents);
    expect([...(step.captured.get(`${domain}.sizes`)?.data ?? [])]).toEqual(sizes);
    expect([...(step.captured.get(`${domain}.positionIds`)?.data ?? [])]).toEqual(positions);
  });
  // With one merge, a slot of two tokens is one that was merged.
  if (one.merges.length === 1) {
    expect(step.merges[0]?.rows[0]?.map(({ merged }) => (merged ? 2 : 1))).toEqual(one.trace[0]?.sizes);
  }
  expect([...step.targets.data]).toEqual(one.trace.at(-1)?.targets);
}

async function checkCase(session: Session, one: MergedCase, golden: MergedGolden): Promise<void> {
  const step = await session.prefill([one.tokens]);
  expect(session.slots).toEqual([one.k]);
  expect(session.lengths).toEqual([one.tokens.length]);
  expectTrace(step, one);
  expectClose(lastLogits(step), rowOf(tensorOf(golden, 'last'), one.last), 'the last logits');
  if (one.logits !== undefined)
    expectClose(step.logits.data, tensorOf(golden, one.logits).data, 'all logits');
  one.merged?.forEach((tensor, i) => {
    const name = `layers.${one.merges[i]?.afterLayer}.merged`;
    expectClose(step.captured.get(name)?.data ?? [], tensorOf(golden, tensor).data, name);
  });
  for (const [i, token] of one.appended.entries()) {
    const decoded = await session.decode([[token]]);
    const rows = tensorOf(golden, one.decodedOneByOne ?? one.decoded ?? '');
    expectClose(lastLogits(decoded), rowOf(rows, i), `decoded token ${i}`);
    expect(decoded.targets.data).toEqual(Int32Array.of(one.tokens.length + i + 1));
    expect(session.slots).toEqual([one.k + i + 1]);
  }
  if (one.decodedOneByOne === undefined) return;
  await session.prefill([one.tokens]);
  const decoded = await session.decode([one.appended]);
  expectClose(decoded.logits.data, tensorOf(golden, one.decoded ?? '').data, 'decoded at once');
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(largestDifference(actual, expected), what).toBeLessThanOrEqual(TOLERANCE);
}

const goldens = new Map<string, MergedGolden>();
for (const name of TINY_MODELS) goldens.set(name, await readMergedGolden(name));

await describeBackends('merged tiny models equal the oracle', (backend) => {
  describe.each(tinyModelsOn(backend.name))('%s', (name) => {
    const golden = goldens.get(name) as MergedGolden;
    let model: LanguageModel;
    beforeAll(async () => {
      model = await loadTinyModel(name, backend.device);
    });
    afterAll(() => model.dispose());

    it.each([...familiesOf(golden)])('%s', async (_, family) => {
      const session = openSession(model, family[0] as MergedCase);
      try {
        for (const one of sampleOf(family, backend)) await checkCase(session, one, golden);
      } finally {
        session.dispose();
      }
    });

    it.runIf(golden.groups.length > 0).each(golden.groups.map((group) => [group[0], group] as const))(
      'as one left-padded batch: %s and its kind',
      async (_, group) => {
        const rows = group.map((title) => golden.cases.find((one) => one.name === title) as MergedCase);
        const session = model.session({ merge: (rows[0] as MergedCase).merges });
        try {
          const { logits } = await session.prefill(rows.map(({ tokens }) => tokens));
          expect(session.slots).toEqual(rows.map(({ k }) => k));
          const data = { shape: logits.shape, data: logits.data as Float32Array };
          for (const [i, one] of rows.entries()) {
            expectClose(rowOf(data, i), rowOf(tensorOf(golden, 'last'), one.last), one.name);
          }
        } finally {
          session.dispose();
        }
      },
    );
  });
});
