/** The domain of a model's own tokens; merged domains grow from it. */
export const TOKENS = 'tokens';

/** The domain of slots of `group` tokens of `source`, made behind a layer: `tokens/2@15`. */
export function mergedDomain(source: string, group: number, afterLayer: number): string {
  return `${source}/${group}@${afterLayer}`;
}

/** The domain of slots that a merge might make, before it chooses which of them it makes. */
export function candidateDomain(merged: string): string {
  return `${merged}?`;
}

/** The domain of a merge's tail: the tokens of its source that may still be merged when more follow. */
export function tailDomain(source: string, afterLayer: number): string {
  return `${source}/tail@${afterLayer}`;
}

/** Whether a name, such as that of a stream or an output, tells of a merge's tail. */
export function isOfTail(name: string): boolean {
  return name.includes('/tail@');
}

/** The domain of those cached slots of a merged domain that stay as they are when more tokens are merged. */
export function settledDomain(merged: string): string {
  return `${merged}/settled`;
}

/** The domain of those cached slots of a merged domain that stand for the tokens of the tail, one each. */
export function unsettledDomain(merged: string): string {
  return `${merged}/unsettled`;
}

/** The domain that a merged one was made from; nothing for `tokens`. */
export function sourceDomain(domain: string): string | undefined {
  const separator = domain.lastIndexOf('/');
  return separator < 0 ? undefined : domain.slice(0, separator);
}

/** The layer of the merge that made a domain; nothing for `tokens`. */
export function layerOfDomain(domain: string): number | undefined {
  const layer = /.*@(\d+)/.exec(domain)?.[1];
  return layer === undefined ? undefined : Number(layer);
}

/** What the tokens of a domain are to a graph: new, cached, a merge's tail, settled before a tail, or candidates for slots. */
const SYMBOLS = { added: 'N', cached: 'P', tail: 'T', settled: 'S', candidates: 'C' } as const;

/** The symbol of their number: N15 for new slots behind a merge after layer 15. */
export function domainSymbol(role: keyof typeof SYMBOLS, domain: string): string {
  const layers = domain
    .split('/')
    .slice(1)
    .map((merge) => merge.slice(merge.indexOf('@') + 1));
  // Candidates for candidates: where tokens are evicted in the place of a merge that chooses.
  return `${SYMBOLS[role]}${layers.join('_').replaceAll('?', SYMBOLS.candidates)}`;
}

/** Symbols of the new and the cached tokens of a domain: N and P, N15 and P15 behind a merge after layer 15. */
export function domainSymbols(domain: string): { readonly added: string; readonly cached: string } {
  return { added: domainSymbol('added', domain), cached: domainSymbol('cached', domain) };
}
