import { hostValues } from '../host/host-ops.js';
import { layerOfDomain, TOKENS } from '../ir/domain.js';
import type { AnyNode, Graph, ValueId } from '../ir/graph.js';
import { isLeaf } from '../ir/graph-builder.js';
import type { OpName } from '../ir/ops.js';
import type { Axis } from '../ir/tensor-type.js';
import { layerOf } from '../ir/value-name.js';

/** A part of a model that people know by name: `embed`, `layers.0`, `merge`, `norm`, `head`. */
export interface Section {
  readonly name: string;
  /** In the graph's order. */
  readonly nodes: readonly AnyNode[];
  /** The section's last value that hidden states flow through; nothing for a section of streams alone. */
  readonly result?: AnyNode;
  /** Token axis of the result; nothing behind `lastToken`. */
  readonly tokens?: Axis;
}

const MERGE_OPS: ReadonlySet<OpName> = new Set<OpName>([
  'mergePlan',
  'mergeTail',
  'settledSlots',
  'tailSlots',
  'surprisingTokens',
  'mergeChoice',
  'eviction',
  'tokenMerge',
  'mergeStatistics',
  'mergedExtents',
  'mergedSizes',
  'mergedProtection',
  'mergedPositions',
  'enterDomain',
]);

/**
 * The sections of a graph in the order in which hidden states pass them. Every node is in exactly one. Each merge is a section
 * of its own named `merge`; two of them differ in the domain of their tokens.
 */
export function sectionsOf(graph: Graph): Section[] {
  const onHost = hostValues(graph);
  const groups = new Map<string, AnyNode[]>();
  const ordered = graph.nodes.filter((node) => isOnPath(node, onHost));
  // Streams and weights may come before anything uses them: only values on the path decide the order.
  for (const node of ordered) if (!groups.has(keyOf(node))) groups.set(keyOf(node), []);
  for (const node of graph.nodes) {
    const group = groups.get(keyOf(node));
    if (group === undefined) groups.set(keyOf(node), [node]);
    else group.push(node);
  }
  return [...groups].map(([key, nodes]) => {
    const result = nodes.findLast((node) => isOnPath(node, onHost));
    const tokens = result?.type.axes.find(({ domain }) => domain !== undefined);
    return {
      name: key.slice(0, key.includes(' ') ? key.indexOf(' ') : undefined),
      nodes,
      ...(result && { result }),
      ...(tokens && { tokens }),
    };
  });
}

/** The section of a node: the start of its stable path; what belongs to a merge or to no block is placed by its meaning. */
function keyOf(node: AnyNode): string {
  const name = node.name.replace(/^cache\./, '');
  if (MERGE_OPS.has(node.op) || /^(tokens\/|merge\.)/.test(name)) {
    // Candidates, surprise and the tail belong to the merge of their layer.
    return `merge ${layerOfDomain(node.type.axes[1]?.domain ?? '') ?? layerOfDomain(name) ?? ''}`;
  }
  if (name.startsWith(`${TOKENS}.`)) return 'embed';
  if (node.op === 'lastToken') return 'norm';
  if (node.op === 'targets') return 'head';
  const layer = layerOf(name);
  return layer === undefined ? (name.split(/[.#]/)[0] as string) : `layers.${layer}`;
}

/** Ops that hidden states don't flow through, though they are computed beside them. */
const ASIDE: ReadonlySet<OpName> = new Set<OpName>(['constant', 'cacheAppend', 'mergeStatistics']);

function isOnPath({ id, op, name }: AnyNode, onHost: ReadonlySet<ValueId>): boolean {
  // What is named after a domain says something of its tokens, or is kept for a later merge; the next layer reads `layers.N.merged`.
  return !isLeaf(op) && !ASIDE.has(op) && !onHost.has(id) && !name.startsWith(`${TOKENS}/`);
}
