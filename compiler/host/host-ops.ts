import { type AnyNode, describeNode, type Graph, type ValueId } from '../ir/graph.js';
import type { OpAttributes, OpName } from '../ir/ops.js';
import { isCachedStream } from '../ir/value-name.js';
import { appendTokens } from './append-tokens.js';
import { attentionMask } from './attention-mask.js';
import type { HostArray } from './host-array.js';
import { positionIndices } from './position-indices.js';
import { rotaryTable } from './rotary.js';
import { evictionPlan } from './slots/eviction.js';
import { mergeChoice } from './slots/merge-choice.js';
import { mergeTail, settledSlots, tailSlots } from './slots/merge-tail.js';
import { surprisingTokens } from './slots/passages.js';
import {
  mergedExtents,
  mergedPositions,
  mergedProtection,
  mergedSizes,
  mergePlan,
  targets,
} from './slots/stream-ops.js';

/** How the host evaluates an op; `node` is for messages. */
type HostEvaluation<K extends OpName> = (
  operands: Operands,
  attributes: OpAttributes[K],
  node: AnyNode,
) => HostArray;
type HostEvaluations = { readonly [K in OpName]?: HostEvaluation<K> };

/** As many as the type rule of the op asks for. */
type Operands = readonly [HostArray, HostArray, HostArray, HostArray, ...HostArray[]];

/**
 * Ops that are always evaluated on the host. All but `surprisingTokens`, `mergeChoice` and `eviction` read streams alone, which are known
 * there; the surprise, the statistics and the norms of these have to be read back from the device: `split-at-read-back.ts`.
 */
const HOST_OPS = {
  attentionMask: (streams, attributes) => attentionMask(streams, attributes),
  rotaryCos: (streams, attributes) => rotaryTable(streams, 'cos', attributes),
  rotarySin: (streams, attributes) => rotaryTable(streams, 'sin', attributes),
  positionIndices: ([positionIds], attributes, node) =>
    positionIndices(positionIds, attributes, describeNode(node)),
  mergePlan: ([extents, sizes, protection], attributes) => mergePlan(extents, sizes, attributes, protection),
  surprisingTokens: ([sizes, protection, surprise], attributes) =>
    surprisingTokens({ sizes, protection, surprise }, attributes),
  mergeChoice: ([candidates, statistics], attributes) => mergeChoice(candidates, statistics, attributes),
  eviction: ([plan, norms], attributes) => evictionPlan(plan, attributes, norms),
  mergeTail: ([extents, sizes, plan, protection], attributes) =>
    mergeTail({ extents, sizes, plan, protection }, attributes),
  settledSlots: ([cached, tail]) => settledSlots(cached, tail),
  tailSlots: ([cached, tail]) => tailSlots(cached, tail),
  mergedExtents: ([extents, plan]) => mergedExtents(extents, plan),
  mergedSizes: ([sizes, plan]) => mergedSizes(sizes, plan),
  mergedProtection: ([protection, plan]) => mergedProtection(protection, plan),
  mergedPositions: ([positionIds, plan, extents, sizes], { strategy }) =>
    mergedPositions(positionIds, plan, extents, sizes, strategy),
  targets: ([extents, sizes]) => targets(extents, sizes),
} satisfies HostEvaluations;

export type HostOp = keyof typeof HOST_OPS;

/** Ops that are evaluated where their operands are. */
const PLACED_BY_OPERANDS = {
  cacheAppend: ([past, added]) => appendTokens(past, added),
  enterDomain: ([tokens]) => tokens,
} satisfies HostEvaluations;

const EVALUATIONS: HostEvaluations = { ...HOST_OPS, ...PLACED_BY_OPERANDS };

/** Whether a node is evaluated on the host, given whether each of its operands is. Inputs come from the host. */
function isHostNode(node: AnyNode, isHostValue: (id: number) => boolean): boolean {
  if (node.op === 'input') return true;
  if (node.op === 'state') return isCachedStream(node.name);
  return node.op in HOST_OPS || (node.op in PLACED_BY_OPERANDS && node.inputs.every(isHostValue));
}

/** The values of a graph that are evaluated on the host. */
export function hostValues(graph: Graph): ReadonlySet<ValueId> {
  const values = new Set<ValueId>();
  for (const node of graph.nodes) if (isHostNode(node, (id) => values.has(id))) values.add(node.id);
  return values;
}

/** Evaluates a host node. */
export function evaluateHostNode(node: AnyNode, inputs: readonly HostArray[]): HostArray {
  const evaluate = EVALUATIONS[node.op] as HostEvaluation<OpName> | undefined;
  if (evaluate === undefined) throw new RangeError(`'${node.op}' is not evaluated on the host`);
  return evaluate(inputs as Operands, node.attributes, node);
}
