import { compile, type SlerpMergeOptions, slerpMerge } from '@geodesic/compiler';
import { plannedMerge } from '@geodesic/runtime';
import { loadModel } from 'geodesic';
import { expect, it } from 'vitest';
import { tinyModelFolder } from '../cli/tiny-model-folder.js';

const TEXT = 'the 12 cats and\n3 dogs in one house: no 4th.';

const BY_TOKENS: readonly Omit<SlerpMergeOptions, 'afterLayer'>[] = [
  { keepStart: 2, keepEnd: 3 },
  { keepStart: 0, keepEnd: 0, protect: [] },
  { keepStart: 1, keepEnd: 4, protect: ['newlines', 'rare'], group: 3 },
  { keepEnd: 100 },
  { keepStart: 0, keepEnd: 2, interpolation: 'reference' },
];

it('plannedMerge says what a session merges where tokens decide, and nothing where states do', async () => {
  const model = await loadModel(await tinyModelFolder(), { backend: 'cpu' });
  const ids = model.tokenizer?.encode(TEXT) ?? [];
  const planned = (merge: SlerpMergeOptions) => {
    const { prefill } = compile(model.definition, { passes: [slerpMerge(merge)] });
    return plannedMerge(prefill, merge, model.tokenizer, ids);
  };
  for (const options of BY_TOKENS) {
    const merge = { afterLayer: 1, ...options };
    const session = model.session({ merge });
    const { merges } = await session.prefill([ids]);
    session.dispose();
    const slots = merges[0]?.rows[0]?.map(({ extent, merged }) => ({ extent, merged }));
    expect(planned(merge), JSON.stringify(options)).toEqual(slots);
  }
  expect(planned({ afterLayer: 1, ratio: 0.5 })).toBeUndefined();
  expect(planned({ afterLayer: 1, protect: ['norm-outliers'] })).toBeUndefined();
  for (const evict of ['middle', 'key-norm', 'all'] as const)
    expect(planned({ afterLayer: 1, evict }), evict).toBeUndefined();
  model.dispose();
});
