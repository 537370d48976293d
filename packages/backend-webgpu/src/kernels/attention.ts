import { type AttentionSizes, attentionSizes } from '@geodesic/backend';
import { attentionPerQuery, QUERY_GROUP } from './attention-per-query.js';
import { attentionSplitKeys } from './attention-split-keys.js';
import type { SeenBy } from './attention-step.js';
import { halfComponentsFor } from './halves.js';
import type { Components } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { componentsFor } from './rows.js';

/** Up to this many queries and heads a key-value head, splitting the keys keeps more invocations busy. */
const FEW_QUERIES = 8;
/** Vectors of a value that kernels are written for: each has some room to spare, so that few kernels are compiled. */
const ROOMS = [16, 32, 64, 128];
/** Numbers of all splits' sums that a workgroup's memory takes: 8 KiB of the 16 that every device has. */
const SPLIT_NUMBERS = 2048;
/** Numbers of a head of which a block of keys and values fits a workgroup's memory. */
const MOST_TILED = 256;

/** `attention` in one dispatch with an online softmax: no scores in memory. */
export function attention<T extends Operand>(kernels: KernelSet<T>): KernelCall<'attention', T> {
  return (inputs, { scale, softcap }) => {
    const [q, k, v, mask] = inputs as [T, T, T, T];
    const sizes = attentionSizes(q, v);
    const bindings = { seenBy: 'mask', maskHeads: mask.shape[1] as number, window: 0 } as const;
    const cached = { capacity: sizes.keys, half: false };
    return attend(kernels, [q, k, v, mask], sizes, { ...bindings, ...cached, scale, softcap });
  };
}

/** What says which keys are seen, and how keys and values are in memory: how long a row is, whether of half floats. */
export interface AttentionSettings {
  readonly seenBy: SeenBy;
  readonly maskHeads: number;
  readonly window: number;
  readonly capacity: number;
  readonly half: boolean;
  readonly scale: number;
  readonly softcap: number | null;
}

/** Whether heads of this size have a kernel. */
export function hasAttentionKernel(dim: number, valueDim: number): boolean {
  return roomFor(dim, valueDim, componentsFor(dim, valueDim)) !== undefined;
}

function roomFor(dim: number, valueDim: number, components: Components): number | undefined {
  const most = Math.max(dim, valueDim) / components;
  return ROOMS.find((size) => size >= most);
}

/**
 * Attention in one dispatch.
 *
 * @param inputs the bindings that `attentionInputs` names, in order
 */
export function attend<T extends Operand>(
  { launcher, variants }: KernelSet<T>,
  inputs: readonly T[],
  sizes: AttentionSizes,
  { seenBy, maskHeads, window, capacity, half, scale, softcap }: AttentionSettings,
): T | undefined {
  const parallel = variants.attention === 'parallel';
  const { rows, queries, keys, heads, keyValueHeads, dim, valueDim } = sizes;
  const components = half ? halfComponentsFor(dim, valueDim) : componentsFor(dim, valueDim);
  const room = roomFor(dim, valueDim, components);
  if (room === undefined || keys === 0) return undefined;
  const vectors = [dim / components, valueDim / components];
  const launch = {
    inputs,
    uniforms: [
      queries,
      keys,
      heads,
      keyValueHeads,
      maskHeads,
      ...vectors,
      capacity,
      scale,
      softcap ?? 0,
      window,
    ],
    shape: [rows, queries, heads, valueDim],
  };
  const capped = softcap !== null;
  if (splitsKeys(sizes)) {
    const splits = Math.min(parallel ? 32 : 8, SPLIT_NUMBERS / components / room);
    const kernel = attentionSplitKeys(components, half, room, capped, seenBy, splits);
    return launcher.launch(kernel, { ...launch, units: [queries, rows * heads] });
  }
  const tiled = parallel && room * components <= MOST_TILED;
  const kernel = attentionPerQuery(components, half, room, capped, seenBy, parallel ? 1 : 4, tiled);
  const groups = Math.ceil((queries * (heads / keyValueHeads)) / QUERY_GROUP);
  return launcher.launch(kernel, { ...launch, units: [groups, rows * keyValueHeads] });
}

function splitsKeys({ queries, heads, keyValueHeads }: AttentionSizes): boolean {
  return queries * (heads / keyValueHeads) <= FEW_QUERIES;
}
