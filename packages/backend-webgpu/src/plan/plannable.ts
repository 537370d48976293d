import {
  type AnyNode,
  hostValues,
  inputsOf,
  type KernelStep,
  type Schedule,
  type ValueId,
  viewedValues,
} from '@geodesic/compiler';
import { hasAttentionKernel } from '../kernels/attention.js';
import { isBinary, repeatsIn } from '../kernels/binary.js';
import { isUnary } from '../kernels/unary.js';

const NODES: readonly AnyNode['op'][] = [
  'constant',
  'embedding',
  'rmsNorm',
  'layerNorm',
  'rope',
  'tokenMerge',
  'mergeStatistics',
  'lastToken',
];

/** Whether plans have kernels for all of a schedule's steps; what they lack runs op by op. */
export function isPlannable(schedule: Schedule): boolean {
  return (
    schedule.steps.every((step) => hasKernel(step, schedule) && !readsCache(step, schedule)) &&
    handsOutResults(schedule)
  );
}

/**
 * Whether a step reads cached keys or values [B, T, heads, dim] in another way than by writing behind them: only caching knows how
 * they lie in memory.
 */
function readsCache(step: KernelStep, { graph, typeOf }: Schedule): boolean {
  const continued = step.kind === 'cacheKeys' ? [step.pastKeys, step.pastValues] : [];
  return inputsOf(step).some(
    (id) => !continued.includes(id) && graph.nodes[id]?.op === 'state' && typeOf(id).axes.length === 4,
  );
}

function hasKernel(step: KernelStep, { typeOf }: Schedule): boolean {
  const sizeOf = (id: ValueId) => typeOf(id).axes.at(-1)?.size as number;
  if (step.kind === 'cachedAttention') {
    return hasAttentionKernel(sizeOf(step.keyCache), sizeOf(step.valueCache));
  }
  if (step.kind !== 'node') return true;
  const { node } = step;
  if (node.op === 'tokenMerge') return node.attributes.interpolation !== 'reference';
  if (isBinary(node.op)) return repeats(node.inputs, typeOf);
  return isUnary(node.op) || NODES.includes(node.op);
}

/** Whether one of two operands has the other's type, or is how it ends in axes whose sizes are known. */
function repeats(inputs: readonly ValueId[], typeOf: Schedule['typeOf']): boolean {
  const [a, b] = inputs.map((id) => typeOf(id).axes.map(({ size }) => size)) as [unknown[], unknown[]];
  const printed = (axes: readonly unknown[]) => JSON.stringify(axes);
  if (printed(a) === printed(b)) return true;
  const [longer, shorter] = a.length >= b.length ? [a, b] : [b, a];
  const isKnown = shorter.every((size) => typeof size === 'number');
  const ends = longer.slice(longer.length - shorter.length);
  return (
    isKnown &&
    ends.every((size) => typeof size === 'number') &&
    repeatsIn(shorter as number[], ends as number[])
  );
}

/** Whether everything that the graph hands out is computed by a step: a weight or an upload has no memory to hand out. */
function handsOutResults(schedule: Schedule): boolean {
  const sources = viewedValues(schedule);
  const { nodes } = schedule.graph;
  const onHost = hostValues(schedule.graph);
  return [...schedule.outputs.values()].every((id) => {
    const source = sources.get(id) ?? id;
    const op = nodes[source]?.op;
    return !onHost.has(source) && op !== 'parameter' && op !== 'constant' && op !== 'state';
  });
}
