import {
  type CachedState,
  type CacheStorage,
  type Device,
  type DeviceState,
  type Patch,
  prepareGraph,
} from '@geodesic/backend';
import {
  axis,
  type Graph,
  GraphBuilder,
  type HostArray,
  tensorType,
  tokenAxis,
  type ValueId,
} from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Operand } from '../lowering/op-case.js';
import { sum } from '../lowering/plain-array.js';
import { type CacheCase, type CacheStep, stepsOf } from './cache-cases.js';

/** What one step gives: its attention, and its caches by name. */
interface CachedAttention {
  readonly attended: Float32Array;
  readonly caches: Readonly<Record<'keys' | 'values', DeviceState>>;
}

const DOMAIN = 'tokens';

/** Changes nothing, but makes a run go op by op. */
const AS_IT_IS: Patch = ({ data }) => data;

/** Runs a case's steps one behind the other, each as a graph of its own; `visit` sees each step's caches, which are disposed behind it. */
export async function runCachedAttention(
  device: Device,
  cacheCase: CacheCase,
  cache: CacheStorage,
  visit: (caches: CachedAttention['caches'], step: number) => void = () => {},
): Promise<Float32Array[]> {
  const steps = stepsOf(cacheCase);
  const results: Float32Array[] = [];
  let states = new Map<string, CachedState>();
  for (const [i, step] of steps.entries()) {
    const before = steps.slice(0, i);
    const next = await runStep(device, { cacheCase, before, step, states, cache });
    results.push(next.attended);
    dispose(states);
    states = new Map(Object.entries(next.caches).map(([name, state]) => [`cache.${name}`, state]));
    visit(next.caches, i);
  }
  dispose(states);
  return results;
}

function dispose(states: ReadonlyMap<string, CachedState>): void {
  for (const state of states.values()) (state as DeviceState).dispose();
}

async function runStep(
  device: Device,
  {
    cacheCase,
    before,
    step,
    states,
    cache,
  }: {
    readonly cacheCase: CacheCase;
    readonly before: readonly CacheStep[];
    readonly step: CacheStep;
    readonly states: ReadonlyMap<string, CachedState>;
    readonly cache: CacheStorage;
  },
): Promise<CachedAttention> {
  device.activate();
  const { queries, keys, values, cosines, sines } = step;
  const operands = Object.entries({ queries, keys, values });
  const weights = new Map(
    operands.map(([name, { data, shape }]) => [name, device.tf.tensor(data, [...shape], 'float32')]),
  );
  const streams = (name: 'sizes' | 'extents' | 'positions') =>
    joined([...before, step].map((one) => one[name]));
  const inputs: Record<string, HostArray> = {
    ...{ cosines, sines, sizes: step.sizes, extents: step.extents, positions: step.positions },
    ...{ keySizes: streams('sizes'), keyExtents: streams('extents'), keyPositions: streams('positions') },
  };
  const runner = prepareGraph(graphOf(cacheCase, before, step, inputs), device, weights, { cache });
  try {
    const isOpByOp = cacheCase.opByOp?.includes(before.length);
    const patches = isOpByOp ? new Map([['attended', AS_IT_IS]]) : new Map();
    const result = await runner.run({ inputs, states, patches });
    const attended = result.device.get('attended') as Tensor;
    const data = (await attended.data()) as Float32Array;
    attended.dispose();
    const state = (name: string) => result.states.get(`cache.${name}`) as DeviceState;
    return { attended: data, caches: { keys: state('keys'), values: state('values') } };
  } finally {
    runner.dispose();
    for (const weight of weights.values()) weight.dispose();
  }
}

/** Streams [rows, tokens, …] of several steps as one. */
function joined(parts: readonly Operand[]): HostArray {
  const [rows, , ...inner] = parts[0]!.shape as [number, number, ...number[]];
  const row = ({ data }: Operand, i: number) => [
    ...data.subarray((i * data.length) / rows, ((i + 1) * data.length) / rows),
  ];
  const tokens = sum(parts.length, (i) => parts[i]!.shape[1]!);
  const data = Array.from({ length: rows }, (_, i) => parts.flatMap((part) => row(part, i))).flat();
  return { shape: [rows, tokens, ...inner], data: Float32Array.from(data) };
}

/** Attention over what earlier steps cached and what this one adds; keys and values are handed on. */
function graphOf(
  { rotation, window, softcap, slopes, dim }: CacheCase,
  before: readonly CacheStep[],
  step: CacheStep,
  inputs: Readonly<Record<string, HostArray>>,
): Graph {
  const builder = new GraphBuilder('cached attention');
  const leaf = (
    op: 'input' | 'parameter' | 'state',
    name: string,
    [rows, tokens, ...inner]: readonly number[],
  ) =>
    builder.leaf(
      op,
      tensorType('f32', [axis(rows!), tokenAxis(tokens!, DOMAIN), ...inner.map((size) => axis(size))]),
      {
        name,
      },
    );
  const input = (name: string) => leaf('input', name, inputs[name]!.shape);
  const past = sum(before.length, (i) => before[i]!.keys.shape[1]!);
  const tables = rotation && ([input('cosines'), input('sines')] as const);
  const encoded = (x: ValueId) =>
    tables === undefined
      ? x
      : builder.add('rope', [x, ...tables], { interleaved: rotation!.interleaved }, { name: `turned.${x}` });
  const cached = (name: 'keys' | 'values', added: ValueId) => {
    if (past === 0) return added;
    const [rows, , ...inner] = step[name].shape as [number, number, ...number[]];
    const state = leaf('state', `cache.${name}`, [rows, past, ...inner]);
    return builder.add('cacheAppend', [state, added], {}, { name: `${name}.appended` });
  };
  const queries = encoded(leaf('parameter', 'queries', step.queries.shape));
  const keys = cached('keys', encoded(leaf('parameter', 'keys', step.keys.shape)));
  const values = cached('values', leaf('parameter', 'values', step.values.shape));
  const streams = [input('extents'), input('sizes'), input('keyExtents'), input('keySizes')];
  const mask = builder.add(
    'attentionMask',
    streams,
    { window: window ?? null, proportional: false },
    { name: 'mask' },
  );
  const seen =
    slopes === undefined
      ? mask
      : builder.add(
          'add',
          [
            builder.add(
              'alibiBias',
              [input('positions'), input('keyPositions')],
              { slopes },
              { name: 'bias' },
            ),
            mask,
          ],
          {},
          { name: 'seen' },
        );
  const attributes = { scale: dim ** -0.5, softcap: softcap ?? null };
  const attended = builder.add('attention', [queries, keys, values, seen], attributes, { name: 'attended' });
  return builder.finish(
    new Map([
      ['attended', attended],
      ['cache.keys', keys],
      ['cache.values', values],
    ]),
  );
}
