import { type AnyNode, describeNode, type Graph, type ValueId } from '../ir/graph.js';
import type { OpName } from '../ir/ops.js';
import { evictionPlan } from '../merge/eviction.js';
import { mergeChoice } from '../merge/merge-choice.js';
import { mergeTail, settledSlots, tailSlots } from '../merge/merge-tail.js';
import { surprisingTokens } from '../merge/passages.js';
import {
  mergedExtents,
  mergedPositions,
  mergedProtection,
  mergedSizes,
  mergePlan,
  targets,
} from '../merge/stream-ops.js';
import { appendTokens } from './append-tokens.js';
import { attentionMask } from './attention-mask.js';
import type { HostArray } from './host-array.js';
import { positionIndices } from './position-indices.js';
import { rotaryTable } from './rotary.js';

/**
 * Ops that are always evaluated on the host. All but `surprisingTokens`, `mergeChoice` and `eviction` read streams alone, which are known
 * there; the surprise, the statistics and the norms of these have to be read back from the device: `split-at-read-back.ts`.
 */
const HOST_OPS = [
  'attentionMask',
  'rotaryCos',
  'rotarySin',
  'positionIndices',
  'mergePlan',
  'surprisingTokens',
  'mergeChoice',
  'eviction',
  'mergeTail',
  'settledSlots',
  'tailSlots',
  'mergedExtents',
  'mergedSizes',
  'mergedProtection',
  'mergedPositions',
  'targets',
] as const satisfies readonly OpName[];

export type HostOp = (typeof HOST_OPS)[number];

/** Ops that are evaluated where their operands are. */
const PLACED_BY_OPERANDS = new Set<OpName>(['cacheAppend', 'enterDomain']);

/** Whether a node is evaluated on the host, given whether each of its operands is. Inputs come from the host. */
function isHostNode(node: AnyNode, isHostValue: (id: number) => boolean): boolean {
  if (node.op === 'input') return true;
  if (node.op === 'state') return isStreamState(node.name);
  return (
    (HOST_OPS as readonly OpName[]).includes(node.op) ||
    (PLACED_BY_OPERANDS.has(node.op) && node.inputs.every(isHostValue))
  );
}

/** Cached streams (`cache.tokens.extents`) stay on the host, cached keys and values (`cache.layers.…`) on the device. */
export function isStreamState(name: string): boolean {
  return name.startsWith('cache.tokens');
}

/** The values of a graph that are evaluated on the host. */
export function hostValues(graph: Graph): ReadonlySet<ValueId> {
  const values = new Set<ValueId>();
  for (const node of graph.nodes) if (isHostNode(node, (id) => values.has(id))) values.add(node.id);
  return values;
}

/** Evaluates a host node. */
export function evaluateHostNode(node: AnyNode, inputs: readonly HostArray[]): HostArray {
  const [a, b, c, d] = inputs as readonly [HostArray, HostArray, HostArray, HostArray];
  switch (node.op) {
    case 'attentionMask':
      return attentionMask(inputs, node.attributes);
    case 'rotaryCos':
      return rotaryTable(inputs, 'cos', node.attributes);
    case 'rotarySin':
      return rotaryTable(inputs, 'sin', node.attributes);
    case 'positionIndices':
      return positionIndices(a, node.attributes, describeNode(node));
    case 'mergePlan':
      return mergePlan(a, b, node.attributes, inputs[2]);
    case 'surprisingTokens':
      return surprisingTokens({ sizes: a, protection: b, surprise: c }, node.attributes);
    case 'mergeChoice':
      return mergeChoice(a, b, node.attributes);
    case 'eviction':
      return evictionPlan(a, node.attributes, inputs[1]);
    case 'mergeTail':
      return mergeTail({ extents: a, sizes: b, plan: c, protection: inputs[3] }, node.attributes);
    case 'settledSlots':
      return settledSlots(a, b);
    case 'tailSlots':
      return tailSlots(a, b);
    case 'mergedExtents':
      return mergedExtents(a, b);
    case 'mergedSizes':
      return mergedSizes(a, b);
    case 'mergedProtection':
      return mergedProtection(a, b);
    case 'mergedPositions':
      return mergedPositions(a, b, c, d, node.attributes.strategy);
    case 'targets':
      return targets(a, b);
    case 'enterDomain':
      return a;
    case 'cacheAppend':
      return appendTokens(a, b);
    default:
      throw new RangeError(`'${node.op}' is not evaluated on the host`);
  }
}
