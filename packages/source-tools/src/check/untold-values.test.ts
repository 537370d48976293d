import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkSources } from './check-sources.js';

const folder = mkdtempSync(join(tmpdir(), 'geodesic-untold-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEAD = [
  "import { causal, compile, decoder, defineModel, gatedMlp, lmHead, LanguageModel, repeat, residual, selfAttention, slerpMerge, tokenEmbedding } from 'geodesic';",
  'const attention = (heads: number, kvHeads: number) => selfAttention({ heads, kvHeads, headDim: 16, position: null, mask: causal() });',
  'const env = Number(process.env.N ?? 0);',
];

const MODEL =
  "const m = defineModel<void>('m', () => decoder({ embed: tokenEmbedding({ vocab: 9, dim: 64 }), layers: repeat(4, () => [residual(null, gatedMlp({ dim: 8, activation: 'silu' }))]), norm: null, head: lmHead({ tied: true }) }));";

/** The codes of what is found in a module that begins with `HEAD`. */
function codes(source: string): string[] {
  const path = join(folder, 'model.ts');
  writeFileSync(path, [...HEAD, source].join('\n'));
  return checkSources([path])
    .filter(({ code }) => code !== 'source.unused-parameter')
    .map(({ code }) => code);
}

/** 4 heads share 2 or 4 key-value heads, and can't share 3. */
describe('what a source does not tell is not judged', () => {
  it.each([
    ['a parameter that changes', 'function att(n) { if (n === 3) n = 4; return attention(n, 2); } att(3);'],
    [
      'a parameter made smaller',
      'function att(kv) { kv = Math.min(kv, 2); return attention(4, kv); } att(3);',
    ],
    ['a member of a parameter', 'function att(o) { o.kv = 2; return attention(4, o.kv); } att({ kv: 3 });'],
    ['a name of a parameter', 'function att({ kv }) { kv = 2; return attention(4, kv); } att({ kv: 3 });'],
    ['a name of a pattern', 'let { kv } = { kv: 3 }; kv = 2; attention(4, kv);'],
    ['a list with such a value', 'attention(4, [env].includes(0) ? 2 : 3);'],
    ['a place in such a list', 'attention(4, [env].indexOf(0) === 0 ? 2 : 3);'],
    ['text of such a list', "attention(4, [env].join() === '0' ? 2 : 3);"],
    ['a list that such a value is left out of', 'attention(4, [3, 2].filter((n) => n < env)[0]);'],
    ['whether such a value holds for all', 'attention(4, [1].every((n) => n === env + 1) ? 3 : 2);'],
    ['whether such a value holds for some', 'attention(4, [1].some((n) => n === env) ? 3 : 2);'],
    ['lists of such values', 'attention(4, [1].flatMap((n) => (n < env ? [n] : [])).length === 1 ? 3 : 2);'],
    ['a list with such a list', 'attention(4, [env > 1 ? [] : [1]].flat().length === 1 ? 3 : 2);'],
    ['whether an object is in a list', 'const o = { n: 1 }; attention(4, [o].includes(o) ? 2 : 3);'],
    ['a list assignment', 'let kv = 3; [kv] = [2]; attention(4, kv);'],
    ['an object assignment', 'let kv = 3; ({ kv } = { kv: 2 }); attention(4, kv);'],
    ['a renamed object assignment', 'let kv = 3; ({ n: kv = 1 } = { n: 2 }); attention(4, kv);'],
    ['the rest of a list assignment', 'let kv = [3]; [, ...kv] = [1, 2]; attention(4, kv[0]);'],
    ['a loop', 'let kv = 3; for (kv of [2]) {} attention(4, kv);'],
    ['a cast', 'const o = { kv: 3 }; (o as any).kv = 2; attention(4, o.kv);'],
    ['another name', 'const o = { kv: 3 }; const p = o; p.kv = 2; attention(4, o.kv);'],
    ['a name that is given it later', 'const o = { kv: 3 }; let p; p = o; p.kv = 2; attention(4, o.kv);'],
    ['a function', 'const o = { kv: 3 }; fix(o); function fix(x) { x.kv = 2; } attention(4, o.kv);'],
    [
      'a function of a function',
      'const o = { kv: 3 }; const f = (x) => g(x); const g = (x) => { x.kv = 2; }; f(o); attention(4, o.kv);',
    ],
    [
      'a function that nothing is known of',
      "import { fix } from 'elsewhere'; const o = { kv: 3 }; fix(o); attention(4, o.kv);",
    ],
    ['an inner object', 'const o = { a: { kv: 3 } }; const { a } = o; a.kv = 2; attention(4, o.a.kv);'],
    ['a list of objects', 'const o = { kv: 3 }; for (const x of [o]) x.kv = 2; attention(4, o.kv);'],
    ['a function of each', 'const l = [{ kv: 3 }]; l.forEach((x) => { x.kv = 2; }); attention(4, l[0].kv);'],
    [
      'the result of a function',
      'const o = { kv: 3 }; const get = () => o; get().kv = 2; attention(4, o.kv);',
    ],
    ['a choice', 'const o = { kv: 3 }; (env ? o : {}).kv = 2; attention(4, o.kv);'],
    ['Object.assign', 'const o = { kv: 3 }; Object.assign(o, { kv: 2 }); attention(4, o.kv);'],
    ['Object.freeze', 'const o = { kv: 3 }; const p = Object.freeze(o); p.kv = 2; attention(4, o.kv);'],
    ['Reflect.set', "const o = { kv: 3 }; Reflect.set(o, 'kv', 2); attention(4, o.kv);"],
    ['a method of another name', 'const l = [3]; const q = l; q.reverse(); attention(4, l[0]);'],
    ['a computed name of a pattern', "const { ['k' + env]: kv = 3 } = { k0: 2 }; attention(4, kv);"],
  ])('%s', (_, source) => expect(codes(source)).toEqual([]));

  it('what passes that are not known of may make', () => {
    const compiled =
      "compile(m(), { passes: [slerpMerge({ afterLayer: env })], capture: ['layers.1.merged'] });";
    expect(codes(`${MODEL}\n${compiled}`)).toEqual([]);
  });
});

describe('what a source tells is judged', () => {
  it.each([
    ['filled in part', 'attention(4, Array(2).fill(2).fill(3, 5)[0]);'],
    ['a quoted key of a pattern', "const { 'k-v': kv = 3 } = { 'k-v': 2 }; attention(4, kv);"],
    [
      'the rest behind a quoted key',
      "const { 'k-v': _, ...o } = { 'k-v': 3, kv: 2 }; attention(4, o['k-v'] ?? o.kv);",
    ],
    ['keys that are numbers', 'attention(4, { 0x0: 2, 1.0: 4 }[0]); attention(4, { 0x0: 2, 1.0: 4 }[1]);'],
    ['a list of letters', "attention(4, Array.from('ab')[0] === 'a' ? 2 : 3);"],
  ])('as right: %s', (_, source) => expect(codes(source)).toEqual([]));

  it.each([
    ['a list', 'attention(4, [1, 2].includes(2) ? 3 : 2);'],
    ['a function for each of a list', 'attention(4, [3, 2].filter((n) => n > 2)[0]);'],
    ['a list filled in part', 'attention(4, Array(2).fill(2).fill(3, 1)[1]);'],
    ['a quoted key of a pattern', "const { 'k-v': kv = 2 } = { 'k-v': 3 }; attention(4, kv);"],
    ['keys that are numbers', 'attention(4, { 0x1: 3 }[1]);'],
    [
      'a member that is not the one that changes',
      'const o = { kv: 3 }; const p = { kv: 1 }; p.kv = 2; attention(4, o.kv);',
    ],
    [
      'an object that a function reads',
      'const o = { kv: 3 }; const att = (x) => attention(4, x.kv); att(o);',
    ],
    [
      'a list that functions read',
      'const l = [{ kv: 3 }]; const att = ({ kv }) => attention(4, kv); l.map(att); l.map((x) => att(x));',
    ],
    ['a copy that changes', 'const o = { kv: 3 }; const p = { ...o }; p.kv = 2; attention(4, o.kv);'],
    [
      'a list that it is taken out of again',
      'const o = { kv: 3 }; const l = [o]; l.pop(); attention(4, o.kv);',
    ],
    [
      'an object that is printed',
      'const o = { kv: 3 }; console.log(o, JSON.stringify(o)); Object.freeze(o); attention(4, o.kv);',
    ],
    [
      'a number that goes anywhere',
      "import { f } from 'elsewhere'; const o = { kv: 3 }; f(o.kv); attention(4, o.kv);",
    ],
    [
      'an object that is handed to geodesic',
      'const o = { heads: 4, kvHeads: 3, headDim: 16, position: null, mask: causal() }; selfAttention(o);',
    ],
    [
      'a config of a model',
      "const c = { kv: 3 }; const m = defineModel('m', (x) => decoder({ layers: [[attention(4, x.kv)]] })); m(c);",
    ],
    [
      'settings of kinds of layers',
      'const A = { kv: 3 }, B = { kv: 2 }; const layer = (i: number) => { const { kv } = i % 2 ? A : B; return [attention(4, kv)]; }; repeat(2, layer);',
    ],
  ])('as wrong: %s', (_, source) => expect(codes(source)).toEqual(['ir.type']));

  it.each([
    ['{ merge: { afterLayer: 1 }, passes: [slerpMerge({ afterLayer: 1 })] }', ['merge.order']],
    ['{ passes: [slerpMerge({ afterLayer: 4 })] }', ['merge.layer']],
    ['{ merge: { afterLayer: 1 }, passes: [slerpMerge({ afterLayer: 2 })] }', []],
  ])('the merges of a session together: %s', (options, expected) => {
    const session = `const model = new LanguageModel({ definition: m() }); model.session(${options});`;
    expect(codes(`${MODEL}\n${session}`)).toEqual(expected);
  });
});
