import {
  type DimBindings,
  evaluateShape,
  findNode,
  type Graph,
  type GraphCost,
  graphCost,
  type Phase,
  type Program,
  phaseBindings,
  printType,
  type Section,
  sectionsOf,
  type TensorType,
  tensorType,
} from '@geodesic/compiler';
import type { GraphReply, SectionCost, ShownSection, Stream, Totals } from '../protocol.js';

/** The sections of the merged graph beside what they cost in the graph as it is. */
export function graphView(base: Program, merged: Program, phase: Phase, length: number): GraphReply {
  const graph = merged[phase];
  const bindings = phaseBindings(merged, phase, length);
  const cost = graphCost(graph, bindings);
  const baseCost = graphCost(base[phase], phaseBindings(base, phase, length));
  const baseCosts = new Map(baseCost.byLayer.map((layer) => [layer.name, layer]));
  const streams = streamsThrough(graph, sectionsOf(graph), bindings);
  const sections = sectionsOf(graph).map((section, i): ShownSection => {
    const before = baseCosts.get(section.name);
    return {
      name: section.name,
      mergesBehind: cost.byLayer[i + 1]?.name === 'merge',
      nodes: section.nodes.length,
      before: streams[i] as Stream,
      after: streams[i + 1] as Stream,
      ...(before && { base: costOf(before) }),
      merged: costOf(cost.byLayer[i] as SectionCost),
    };
  });
  return { name: graph.name, sections, base: totalsOf(baseCost), merged: totalsOf(cost) };
}

/** What enters the first section, and what leaves each of them. */
function streamsThrough(graph: Graph, sections: readonly Section[], bindings: DimBindings): Stream[] {
  const stream = (type: TensorType): Stream => ({
    type: printType(type),
    shape: evaluateShape(type, bindings),
  });
  const streams = [stream(findNode(graph, 'tokens.ids')?.type ?? tensorType('i32', []))];
  for (const { result } of sections) {
    streams.push(result === undefined ? (streams.at(-1) as Stream) : stream(result.type));
  }
  return streams;
}

function costOf({ flops, bytes }: SectionCost): SectionCost {
  return { flops, bytes };
}

function totalsOf({ flops, bytes, kvCacheBytes, parameterBytes }: GraphCost): Totals {
  return { flops, bytes, kvCacheBytes, parameterBytes };
}
