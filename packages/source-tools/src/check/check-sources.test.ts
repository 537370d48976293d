import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkSources } from './check-sources.js';

const folder = mkdtempSync(join(tmpdir(), 'geodesic-check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes modules and checks the first one; findings as `line:column code`. */
function found(...sources: readonly string[]): string[] {
  const paths = sources.map((source, i) => {
    const path = join(folder, i === 0 ? 'model.ts' : `part${i}.ts`);
    writeFileSync(path, source);
    return path;
  });
  return checkSources(paths.slice(0, 1)).map(({ file, line, column, severity, code }) => {
    expect(relative(folder, file)).toBe('model.ts');
    return `${line}:${column} ${severity === 'warning' ? 'warning ' : ''}${code}`;
  });
}

const IMPORTS =
  "import { block, causal, compile, decoder, defineModel, gatedMlp, linear, lmHead, LanguageModel, mixtureOfExperts, mul, matmul, parallelResidual, repeat, residual, rmsNorm, rope, selfAttention, slerpMerge, softmax, tokenEmbedding, transpose, alibi, alibiSlopes } from 'geodesic';";

/** A model of `layers` (a list of lists of blocks), its source on lines of its own: the layers are line 4. */
const model = (layers: string, { dim = '64', head = '{ tied: true }' } = {}) =>
  [
    IMPORTS,
    'const m = defineModel<void>("m", () => decoder({',
    `  embed: tokenEmbedding({ vocab: 9, dim: ${dim} }), layers:`,
    layers,
    `  , norm: null, head: lmHead(${head}) }));`,
  ].join('\n');

const attention = (options: string) =>
  `[[residual(null, selfAttention({ position: null, mask: causal(), ${options} }))]]`;

describe('checkSources', () => {
  it.each([
    ['a model that is right', model(attention('heads: 4, kvHeads: 2, headDim: 16')), []],
    [
      'heads that share keys unevenly',
      model(attention('heads: 4, kvHeads: 3, headDim: 16')),
      ['4:18 ir.type'],
    ],
    [
      'odd rotary features',
      model(attention('heads: 4, headDim: 16, position: rope({ theta: 1e4, rotaryDim: 7 })')),
      ['4:99 ir.type'],
    ],
    [
      'slopes of another number of heads',
      model(attention('heads: 4, headDim: 16, position: alibi({ slopes: alibiSlopes(8) })')),
      ['4:18 dsl.option'],
    ],
    [
      'heads that are wider together than the states',
      model(attention('heads: 4, headDim: 32')),
      ['4:18 warning source.attention-width'],
    ],
    [
      'more active experts than there are',
      model("[[residual(null, mixtureOfExperts({ experts: 2, active: 3, dim: 8, activation: 'silu' }))]]"),
      ['4:18 ir.type'],
    ],
    [
      'norms for another number of blocks',
      model(
        "[[parallelResidual([rmsNorm({ eps: 1 })], ...[1, 2].map(() => gatedMlp({ dim: 8, activation: 'silu' })))]]",
      ),
      ['4:3 dsl.norms'],
    ],
    [
      'two blocks of one name',
      model("[[1, 2].map(() => residual(null, gatedMlp({ dim: 8, activation: 'silu' })))]"),
      ['4:19 ir.duplicate-name'],
    ],
    ['a layer that does nothing', model('[[]]'), ['2:11 dsl.empty-layer']],
    ['too many layers', model('repeat(1e9, () => [])'), ['4:1 source.layers']],
    [
      'a weight that does not fit the states',
      model("[[residual(null, block('own', (x, s) => linear(x, s.parameter('w', [32, 64]))))]]"),
      ['4:41 ir.type'],
    ],
    [
      'a tied head of other features',
      model(attention('heads: 4, headDim: 16'), { dim: '32, projectTo: 64' }),
      ['5:23 dsl.weight'],
    ],
    ['what is no TypeScript', 'const = 1;', ['1:7 source.syntax', '1:9 source.syntax']],
  ])('finds %s', (_, source, expected) => expect(found(source)).toEqual(expected));

  const tiny = model("repeat(4, () => [residual(null, gatedMlp({ dim: 8, activation: 'silu' }))])");

  it.each([
    [
      'behind the last layer',
      'compile(m(), { passes: [slerpMerge({ afterLayer: 4 })] });',
      ['6:25 merge.layer'],
    ],
    ['behind one that is there', 'compile(m(), { passes: [slerpMerge({ afterLayer: 3 })] });', []],
    [
      'twice behind one layer',
      'compile(m(), { passes: [slerpMerge({ afterLayer: 1 }), slerpMerge({ afterLayer: 1 })] });',
      ['6:56 merge.order'],
    ],
    [
      'of a session',
      'const model = new LanguageModel({ definition: m(), ...parts }); model.session({ merge: { afterLayer: 4 } });',
      [],
    ],
    [
      'of a session of a model that is known',
      'const model = new LanguageModel({ definition: m(), tokenizer }); model.session({ merge: { afterLayer: 4 } });',
      ['6:89 merge.layer'],
    ],
    [
      'of several layers of a session of any model',
      'async function run(model) { model.session({ merge: { afterLayer: [1, 2], ratio: [0.5] } }); }',
      ['6:52 merge.option'],
    ],
    [
      'with options that there are not',
      'export const pass = (layer: number) => slerpMerge({ afterLayer: layer, ratio: 2 });',
      ['6:40 merge.option'],
    ],
    [
      'with a value that no constant is',
      'compile(m(), { passes: [slerpMerge({ afterLayer: Number(process.argv[2]) })] });',
      [],
    ],
    [
      'by a constant',
      'const LAYER = 2 * 2; compile(m(), { passes: [slerpMerge({ afterLayer: LAYER })] });',
      ['6:46 merge.layer'],
    ],
    [
      'by a variable that changes',
      'let layer = 4; layer = 2; compile(m(), { passes: [slerpMerge({ afterLayer: layer })] });',
      [],
    ],
    [
      'of a graph without a value to capture',
      "compile(m(), { passes: [slerpMerge({ afterLayer: 1 })], capture: ['layers.9.output'] });",
      ['6:1 compile.unknown-value'],
    ],
  ])('finds a merge %s', (_, line, expected) => expect(found(`${tiny}\n${line}`)).toEqual(expected));

  it('bounds merges of a model of which only the layers are known', () => {
    const source = [
      IMPORTS,
      'const m = defineModel("m", (c: { dim: number }) => decoder({ embed: tokenEmbedding({ vocab: 9, dim: c.dim }),',
      "  layers: repeat(3, () => [residual(null, gatedMlp({ dim: c.dim, activation: 'silu' }))]), norm: null,",
      '  head: lmHead({ tied: true }) }));',
      'compile(m(JSON.parse("{}")), { passes: [slerpMerge({ afterLayer: 3 })] });',
    ].join('\n');
    expect(found(source)).toEqual(['5:41 merge.layer']);
  });

  it.each(['off', 'exact'])('lets a merge (stream %s) stand beside a block with a state', (stream) => {
    const own =
      "block('own', (x, s) => { const all = s.cached('all', x); return matmul(softmax(matmul(x, transpose(all, [0, 2, 1]))), all); })";
    const merge = `compile(m(), { passes: [slerpMerge({ afterLayer: 0, stream: '${stream}' })] });`;
    expect(found(`${model(`repeat(2, () => [${own}])`)}\n${merge}`)).toEqual([]);
    const wrong = merge.replace('afterLayer: 0', 'afterLayer: 2');
    expect(found(`${model(`repeat(2, () => [${own}])`)}\n${wrong}`)).toEqual(['6:25 merge.layer']);
  });

  it('leaves what loops go through alone', () => {
    const loop =
      'for (const { eps, layers: [first] } of [{ eps: -1, layers: [1] }]) { rmsNorm({ eps }); repeat(first, () => []); }';
    expect(found(`${IMPORTS}\n${loop}`)).toEqual([]);
  });

  it('is not troubled by parts of a model that are called by hand', () => {
    const call =
      'const table = tokenEmbedding({ vocab: 9, dim: 4 }); export const x = table.embed(1 as never, 2 as never);';
    expect(found(`${IMPORTS}\n${call}`)).toEqual([]);
  });

  it('is not troubled by values of wrong types, nor by work without end', () => {
    const loop = 'const loop = (n: number): number => loop(n + 1); export const eps = loop(0);';
    expect(
      found(`${IMPORTS}\n${loop}\nrope(null as never); rmsNorm({ eps: loop(1) }); gatedMlp(undefined!);`),
    ).toEqual([]);
  });

  it('finds what a config of the source makes wrong', () => {
    const source = [
      IMPORTS,
      'interface Config { readonly heads: number; readonly kvHeads: number }',
      'const m = defineModel("m", ({ heads, kvHeads }: Config) => decoder({ embed: tokenEmbedding({ vocab: 9, dim: 64 }),',
      '  layers: repeat(2, () => [residual(null,',
      '    selfAttention({ heads, kvHeads, headDim: 64 / heads, position: null, mask: causal() }))]), norm: null,',
      '  head: lmHead({ tied: true }) }));',
      'const base = { heads: 4 };',
      'm({ ...base, kvHeads: 2 });',
    ];
    expect(found(source.join('\n'))).toEqual([]);
    expect(found([...source, 'm({ ...base, kvHeads: 3 });'].join('\n'))).toEqual(['5:5 ir.type']);
  });

  it('follows names through aliases, namespaces and other modules', () => {
    const source = [
      "import * as g from 'geodesic';",
      "import { merged as half, attend } from './part1.js';",
      'const turn = g.rope;',
      'const at = 9;',
      'const m = g.defineModel<void>("m", () => g.decoder({ embed: g.tokenEmbedding({ vocab: 9, dim: 64 }),',
      '  layers: g.repeat(2, () => [g.residual(null,',
      '    attend({ heads: 4, headDim: 16, position: turn({ theta: 1e4, rotaryDim: 3 }), mask: g.causal() }))]),',
      '  norm: null, head: g.lmHead({ tied: true }) }));',
      'g.compile(m(), { passes: [half({ afterLayer: at })] });',
    ].join('\n');
    const part1 =
      "export { slerpMerge as merged } from './part2.js';\nexport { selfAttention as attend } from 'geodesic';";
    expect(found(source, part1, "export * from 'geodesic';")).toEqual(['7:47 ir.type', '9:27 merge.layer']);
  });

  it('finds parameters that a model ignores', () => {
    const source = [
      IMPORTS,
      'interface Config { readonly layers: number; readonly dim: number; readonly spare: number }',
      'const norm = (eps: number, scale: number, _meant: number) => rmsNorm({ eps });',
      'export const m = defineModel("m", (c: Config) => decoder({ embed: tokenEmbedding({ vocab: 9, dim: c.dim }),',
      "  layers: repeat(c.layers, (i) => [residual(norm(1, 2, 3), gatedMlp({ dim: 8, activation: 'silu' }))]),",
      '  norm: null, head: lmHead({ tied: true }) }));',
      'export function add(a: number, b: number) { return a; }',
    ].join('\n');
    expect(found(source)).toEqual([
      '2:67 source.unused-parameter',
      '3:28 source.unused-parameter',
      '5:29 source.unused-parameter',
    ]);
  });

  it('runs nothing of a module', () => {
    const global = globalThis as { ran?: boolean };
    expect(
      found(
        `${IMPORTS}\nconst size = (() => { globalThis.ran = true; return 8; })();\nrepeat(size, () => []);`,
      ),
    ).toEqual([]);
    expect(global.ran).toBeUndefined();
  });

  it.each([
    ['a missing file', 'missing.ts'],
    ['a file of another kind', 'model.json'],
  ])('refuses %s', (_, name) => {
    expect(() => checkSources([join(folder, name)])).toThrow(
      expect.objectContaining({ code: 'source.file' }),
    );
  });
});
