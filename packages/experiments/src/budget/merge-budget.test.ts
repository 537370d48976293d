import { describe, expect, it } from 'vitest';
import { parseMergeBudget } from './merge-budget.js';

describe('a merge budget', () => {
  it.each([
    ['kl<=0.05', { kl: 0.05 }],
    ['speed>=1.3', { speed: 1.3 }],
    ['kv <= .5', { kv: 0.5 }],
    ['kl<=0.1,kv<=0.5, speed>=1.2', { kl: 0.1, kv: 0.5, speed: 1.2 }],
  ])('reads %s', (text, budget) => {
    expect(parseMergeBudget(text)).toEqual(budget);
  });

  it.each([
    '',
    'kl',
    'kl<0.05',
    'kl>=0.05',
    'speed<=2',
    'kv<=half',
    'kl<=0.1,kl<=0.2',
    'kl<=0.1;kv<=0.5',
    'kl<=0',
    'speed>=1',
    'kv<=1',
    'kv<=0',
    'kl<=-1',
  ])('refuses %j', (text) => {
    expect(() => parseMergeBudget(text)).toThrow(expect.objectContaining({ code: 'merge.budget' }));
  });
});
