import { type AttentionSizes, attentionSizes } from '@geodesic/backend';
import { attentionPerQuery } from './attention-per-query.js';
import { attentionSplitKeys } from './attention-split-keys.js';
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
export function attention<T extends Operand>({
  launcher,
  variants,
}: KernelSet<T>): KernelCall<'attention', T> {
  const parallel = variants.attention === 'parallel';
  return (inputs, { scale, softcap }) => {
    const [q, , v, mask] = inputs as [T, T, T, T];
    const sizes = attentionSizes(q, v);
    const { rows, queries, keys, heads, keyValueHeads, dim, valueDim } = sizes;
    const components = componentsFor(dim, valueDim);
    const [vectors, valueVectors] = [dim / components, valueDim / components];
    const room = ROOMS.find((size) => size >= Math.max(vectors, valueVectors));
    if (room === undefined || keys === 0) return undefined;
    const sizesOf = [queries, keys, heads, keyValueHeads, mask.shape[1] as number, vectors, valueVectors];
    const launch = {
      inputs,
      uniforms: [...sizesOf, scale, softcap ?? 0],
      shape: [rows, queries, heads, valueDim],
    };
    const capped = softcap !== null;
    if (splitsKeys(sizes)) {
      const splits = Math.min(parallel ? 32 : 8, SPLIT_NUMBERS / components / room);
      const kernel = attentionSplitKeys(components, room, capped, splits);
      return launcher.launch(kernel, { ...launch, units: [queries, rows * heads] });
    }
    const kernel = attentionPerQuery(components, room, capped, parallel && room * components <= MOST_TILED);
    const groups = Math.ceil((queries * (heads / keyValueHeads)) / kernel.workgroupSize);
    return launcher.launch(kernel, { ...launch, units: [groups, rows * keyValueHeads] });
  };
}

function splitsKeys({ queries, heads, keyValueHeads }: AttentionSizes): boolean {
  return queries * (heads / keyValueHeads) <= FEW_QUERIES;
}
