import { describe, expect, it } from 'vitest';
import { candidateDomain, domainSymbols, mergedDomain, sourceDomain, TOKENS } from './domain.js';

describe('domains', () => {
  it('of what a merge may choose come from where it does', () => {
    expect(sourceDomain(candidateDomain('tokens/2@8/2@15'))).toBe('tokens/2@8');
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
