import { attentionSizes } from '@geodesic/backend';
import type { StepOf } from '@geodesic/compiler';
import { attend } from '../kernels/attention.js';
import { cacheKeys, cachePlaces } from '../kernels/cache-keys.js';
import { fitHalves } from '../kernels/halves.js';
import { componentsFor } from '../kernels/rows.js';
import type { PlanValue } from './plan-value.js';
import type { StepContext } from './step-context.js';

/** A window that nothing is outside of. */
const NO_WINDOW = 3e38;

/** Turns queries and keys, and writes keys and values to their caches, in one dispatch. */
export function writeCaches(step: StepOf<'cacheKeys'>, context: StepContext): void {
  const [queries, keys, values] = [step.queries, step.keys, step.values].map((id) => context.value(id)) as [
    PlanValue,
    PlanValue,
    PlanValue,
  ];
  const [rows, tokens, keyValueHeads, dim] = keys.shape as [number, number, number, number];
  const [heads, valueDim] = [queries.shape[2] as number, values.shape[3] as number];
  // Attention reads keys and values alike.
  const half = context.halfCaches && fitHalves(dim, valueDim);
  const [keyCache, valueCache] = [
    context.openCache(step.keyCache, { past: step.pastKeys, half }),
    context.openCache(step.valueCache, { past: step.pastValues, half }),
  ];
  if (keyCache.capacity !== valueCache.capacity || keyCache.past !== valueCache.past) {
    throw new RangeError('keys and values are cached in memories of different lengths');
  }
  const { rotation } = step;
  const [cos, sin] = rotation ? [context.value(rotation.cos), context.value(rotation.sin)] : [];
  const rotary = cos?.shape[3] ?? 0;
  const components = componentsFor(dim, valueDim, rotation?.interleaved === false ? rotary / 2 : rotary);
  const kernel = cacheKeys(
    components,
    rotation === undefined ? null : rotation.interleaved ? 'interleaved' : 'halves',
    half,
  );
  const sizes = [tokens, heads, keyValueHeads, dim / components, valueDim / components, rotary / components];
  const places = cachePlaces(keys.size + values.size, components, half);
  const size = places + (rotation ? queries.size / components : 0);
  const turned = rotation && context.recorder.result(queries.shape);
  const inputs = [rotation && queries, keys, values, cos, sin].filter((value) => value !== undefined);
  const results = [turned, keyCache.value, valueCache.value].filter((value) => value !== undefined);
  const uniforms = [size, ...sizes, keyCache.capacity, keyCache.past];
  if (rows > 0) context.recorder.launchInto(kernel, { inputs, uniforms, units: size }, results);
  if (turned !== undefined && step.turnedQueries !== undefined) context.define(step.turnedQueries, turned);
}

/** Attention over caches in one dispatch. */
export function cachedAttention(step: StepOf<'cachedAttention'>, context: StepContext): PlanValue {
  const { seen, alibi, scale, softcap } = step;
  const q = context.value(step.queries);
  const [keys, values] = [context.cache(step.keyCache), context.cache(step.valueCache)];
  const { proportional } = seen;
  const queryTokens = context.tokens({
    ...{ extents: seen.queryExtents, sizes: seen.querySizes, positions: alibi?.queryPositions },
    proportional,
  });
  const keyTokens = context.tokens({
    ...{ extents: seen.keyExtents, sizes: seen.keySizes, positions: alibi?.keyPositions },
    proportional,
  });
  const slopes = alibi === undefined ? [] : [context.numbers(alibi.slopes)];
  const inputs = [q, keys.value, values.value, queryTokens, keyTokens, ...slopes];
  const attended = attend(context.kernels, inputs, attentionSizes(q, values.value), {
    seenBy: alibi === undefined ? 'streams' : 'streams and slopes',
    maskHeads: 1,
    window: seen.window ?? NO_WINDOW,
    ...{ capacity: keys.capacity, half: keys.half },
    ...{ scale, softcap },
  });
  if (attended === undefined) throw new RangeError('a plan has no attention kernel for these heads');
  return attended;
}
