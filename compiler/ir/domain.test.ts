import { describe, expect, it } from 'vitest';
import { parseDim } from './dim.js';
import {
  candidateDomain,
  domainSymbol,
  domainSymbols,
  mergedDomain,
  sourceDomain,
  TOKENS,
} from './domain.js';

describe('domains', () => {
  it('of what a merge may choose come from where it does', () => {
    expect(sourceDomain(candidateDomain('tokens/2@8/2@15'))).toBe('tokens/2@8');
  });

  it('of candidates for candidates have symbols that graphs can be read with', () => {
    const chosen = mergedDomain(TOKENS, 2, 1);
    const symbols = [chosen, candidateDomain(chosen)].map((domain) => domainSymbol('candidates', domain));
    expect(new Set(symbols).size).toBe(2);
    for (const symbol of symbols) expect(parseDim(symbol)).toMatchObject({ terms: [{ symbol }] });
  });

  it('are named by the merges that made them, and know where they came from', () => {
    const once = mergedDomain(TOKENS, 2, 0);
    const twice = mergedDomain(once, 2, 15);
    expect([once, twice]).toEqual(['tokens/2@0', 'tokens/2@0/2@15']);
    expect([twice, once, TOKENS].map(sourceDomain)).toEqual([once, TOKENS, undefined]);
  });

  it('have symbols of their own, that tell layers 1 and 11 from layer 111', () => {
    expect(domainSymbols(TOKENS)).toEqual({ added: 'N', cached: 'P' });
    expect(domainSymbols('tokens/2@0/2@1')).toEqual({ added: 'N0_1', cached: 'P0_1' });
    expect(domainSymbols('tokens/2@1/2@11').added).not.toBe(domainSymbols('tokens/2@11/2@1').added);
    expect(domainSymbols('tokens/2@1/2@11').added).not.toBe(domainSymbols('tokens/2@111').added);
  });
});
