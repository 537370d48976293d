import { type DimBindings, evaluateDim } from '../ir/dim.js';
import type { Graph } from '../ir/graph.js';
import { evaluateShape } from '../ir/tensor-type.js';
import { isCache, isCachedStream } from '../ir/value-name.js';
import { BYTES_PER_ELEMENT, type Cost, costOf, elements } from './op-cost.js';
import { type Section, sectionsOf } from './section.js';

export interface GraphCost extends Cost {
  /** Weights, each once: a tied head costs nothing more. */
  readonly parameterBytes: number;
  /** Keys and values that the run leaves for the next one, and the states that a merge that goes on may still merge. */
  readonly kvCacheBytes: number;
  /** `embed`, `layers.0`, …, `norm`, `head`, and `merge` where tokens merge. Sums to the whole graph. */
  readonly byLayer: readonly LayerCost[];
}

export interface LayerCost extends Cost {
  readonly name: string;
  /** Tokens of each row behind this layer; 1 where only the last one goes on. */
  readonly tokens: number;
  /** The domain of those tokens; tells the `merge` entries of two merges apart. */
  readonly domain?: string;
}

/**
 * What one run of a graph costs at given sizes; see `promptBindings` and `decodeBindings`.
 *
 * @throws GeodesicError `ir.unbound-symbol` when `bindings` lacks a symbol of the graph
 */
export function graphCost(graph: Graph, bindings: DimBindings): GraphCost {
  const shapes = graph.nodes.map(({ type }) => evaluateShape(type, bindings));
  const bytesOf = (id: number) => BYTES_PER_ELEMENT * elements(shapes[id]);
  const byLayer = sectionsOf(graph).map((section) => sectionCost(section, shapes, bindings));
  const parameters = graph.nodes.filter(({ op }) => op === 'parameter');
  const caches = [...graph.outputs].filter(([name]) => isCache(name) && !isCachedStream(name));
  return {
    ...total(byLayer),
    parameterBytes: parameters.reduce((sum, { id }) => sum + bytesOf(id), 0),
    kvCacheBytes: caches.reduce((sum, [, id]) => sum + bytesOf(id), 0),
    byLayer,
  };
}

function sectionCost(
  { name, nodes, tokens }: Section,
  shapes: readonly (readonly number[])[],
  bindings: DimBindings,
): LayerCost {
  const costs = nodes.map((node) =>
    costOf(node, {
      inputs: node.inputs.map((id) => shapes[id] as readonly number[]),
      output: shapes[node.id] as readonly number[],
    }),
  );
  return {
    name,
    ...total(costs),
    tokens: tokens === undefined ? 1 : evaluateDim(tokens.size, bindings),
    ...(tokens?.domain !== undefined && { domain: tokens.domain }),
  };
}

function total(costs: readonly Cost[]): Cost {
  return costs.reduce<{ flops: number; bytes: number }>(
    (sum, { flops, bytes }) => ({ flops: sum.flops + flops, bytes: sum.bytes + bytes }),
    { flops: 0, bytes: 0 },
  );
}
