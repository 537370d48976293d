import type { Program } from '../compile.js';
import { GeodesicError } from '../error.js';
import { tailLength } from '../host/slots/merge-tail.js';
import { mergedLength } from '../host/slots/plan.js';
import type { DimBindings } from '../ir/dim.js';
import { candidateDomain, domainSymbols, sourceDomain, TOKENS } from '../ir/domain.js';
import { type Graph, nodeAt } from '../ir/graph.js';
import type { Phase } from '../passes/pass.js';

/**
 * Sizes of a prefill graph for prompts of `length` tokens without padding: B, N, and the number of slots behind each merge and of the
 * tokens that may still merge when more follow, as if no token were protected and every cosine above the threshold.
 */
export function promptBindings(graph: Graph, length: number, rows = 1): DimBindings {
  const { added } = domainSymbols(TOKENS);
  const bindings = new Map([
    ['B', rows],
    [added, length],
  ]);
  const lengths = new Map([[TOKENS, length]]);
  const bind = ({ domain, symbol }: { readonly domain: string; readonly symbol: string }, slots: number) => {
    lengths.set(domain, slots);
    bindings.set(symbol, slots);
  };
  for (const node of graph.nodes) {
    if (node.op === 'mergePlan') {
      const source = nodeAt(graph, node.inputs[1] as number).type.axes[1]?.domain ?? TOKENS;
      bind(node.attributes, mergedLength(lengths.get(source) as number, node.attributes));
    }
    if (node.op === 'mergeChoice') {
      const { domain, ratio } = node.attributes;
      const tokens = lengths.get(sourceDomain(domain) as string) as number;
      const spared = tokens - (lengths.get(candidateDomain(domain)) as number);
      const columns = nodeAt(graph, node.inputs[0] as number).type.axes[2]?.size as number;
      // A slot of all its members spares all but one of them.
      const each = columns - 2;
      bind(node.attributes, tokens - Math.round((ratio * spared) / each) * each);
    }
    if (node.op === 'mergeTail') {
      const pairs = nodeAt(graph, node.inputs[2] as number);
      const source = lengths.get(sourceDomain(node.attributes.domain) as string) as number;
      if (pairs.op === 'mergePlan')
        bind(node.attributes, tailLength(source, pairs.attributes, node.attributes));
    }
    if (node.op === 'eviction') {
      const { domain, policy } = node.attributes;
      bind(node.attributes, policy === 'all' ? 1 : (lengths.get(candidateDomain(domain)) as number));
    }
  }
  return bindings;
}

/**
 * Sizes of a decode graph for new tokens behind a prefill of given sizes: what the prefill added to each domain is cached.
 *
 * @throws GeodesicError `ir.unbound-symbol` when the prefill does not know a domain of the decode graph
 */
export function decodeBindings(graph: Graph, prefillBindings: DimBindings, newTokens = 1): DimBindings {
  const prefilled = (symbol: string): number => {
    const value = prefillBindings.get(symbol);
    if (value !== undefined) return value;
    throw new GeodesicError(
      'ir.unbound-symbol',
      `graph '${graph.name}' needs '${symbol}' of the prefill before it, which binds ${[...prefillBindings.keys()].join(', ')}`,
    );
  };
  const bindings = new Map([
    ['B', prefilled('B')],
    [domainSymbols(TOKENS).added, newTokens],
  ]);
  for (const domain of domainsOf(graph)) {
    const { added, cached } = domainSymbols(domain);
    bindings.set(cached, prefilled(added));
  }
  return bindings;
}

/** Sizes of a program's graph for a prompt of `length` tokens, or for the token behind it. */
export function phaseBindings(program: Program, phase: Phase, length: number): DimBindings {
  const prompt = promptBindings(program.prefill, length);
  return phase === 'prefill' ? prompt : decodeBindings(program.decode, prompt);
}

function domainsOf(graph: Graph): Set<string> {
  const domains = graph.nodes.flatMap(({ type }) => type.axes.map(({ domain }) => domain));
  return new Set(domains.filter((domain) => domain !== undefined));
}
