import { describe, expect, it, vi } from 'vitest';
import { specSchema } from '../spec/spec-schema.js';
import { csv } from './csv.js';
import { figuresOf } from './figure.js';
import { figureSvg } from './render-figure.js';
import type { ReportRow } from './report-row.js';
import { layerByLengthTables, variantTables } from './table.js';
import { tracePicture } from './trace-picture.js';

const row = (parts: Partial<ReportRow>): ReportRow => ({
  model: 'm',
  text: 'sotu',
  task: 'nextToken',
  depth: null,
  length: 64,
  variant: 'slerp',
  layer: 2,
  metric: 'kl',
  value: 0.5,
  low: 0.25,
  high: 0.75,
  count: 3,
  backend: 'cpu',
  ...parts,
});

const spec = specSchema.parse({ name: 's', models: ['m'], lengths: [64], tasks: { nextToken: {} } });

describe('CSV', () => {
  it('quotes what would be misread, and leaves empty what there is not', () => {
    const lines = csv([row({ variant: 'a "b", c', layer: null })]).split('\r\n');
    expect(lines).toEqual([
      'model,text,task,depth,length,variant,layer,metric,value,low,high,count,backend',
      'm,sotu,nextToken,,64,"a ""b"", c",,kl,0.5,0.25,0.75,3,cpu',
      '',
    ]);
  });
});

describe('tables', () => {
  it('have a row for each variant and layer, a column for each metric', () => {
    const rows = [
      row({ variant: 'base', layer: null, value: 0, low: 0, high: 0 }),
      row({}),
      row({ metric: 'kvBytes', value: 2e6, low: 2e6, high: 2e6 }),
      row({ layer: 4, value: 0.125 }),
    ];
    expect(variantTables(rows)).toEqual([
      {
        title: 'nextToken: m, sotu, 64 tokens',
        head: ['variant', 'after layer', 'KL(base ‖ variant), last token', 'KV bytes behind the prefill'],
        rows: [
          ['base', '', '0.000', '–'],
          ['slerp', '2', '0.500 [0.250, 0.750]', '2.00 MB'],
          ['slerp', '4', '0.125 [0.250, 0.750]', '–'],
        ],
      },
    ]);
  });

  it.each([
    [0.1234, '0.123 ms'],
    [56.78, '56.8 ms'],
    [99.96, '100 ms'],
    [1234.5, '1235 ms'],
    [123456, '123456 ms'],
  ])('write %f ms without exponents', (value, text) => {
    const [table] = variantTables([row({ metric: 'prefillMs', value, low: value, high: value })]);
    expect(table?.rows[0]?.at(-1)).toBe(text);
  });

  it('say where a figure overflowed, which is not where no item counts', () => {
    const { value: _, low: __, high: ___, count: ____, ...place } = row({ metric: 'perplexity' });
    const rows = [row({}), row({ layer: 4 }), { ...place, overflowed: true as const }];
    expect(variantTables(rows)[0]?.rows.map((cells) => cells.at(-1))).toEqual(['overflowed', '–']);
    expect(csv(rows).split('\r\n').at(-2)).toBe('m,sotu,nextToken,,64,slerp,2,perplexity,,,,,cpu');
  });

  it('show layer by length where there are several of both', () => {
    const rows = [2, 4].flatMap((layer) =>
      [64, 256].map((length) => row({ layer, length, value: layer / length })),
    );
    expect(layerByLengthTables(rows)).toEqual([
      {
        title: 'KL(base ‖ variant), last token: slerp (nextToken, m, sotu)',
        head: ['after layer', '64 tokens', '256 tokens'],
        rows: [
          ['2', '0.031 [0.250, 0.750]', '0.008 [0.250, 0.750]'],
          ['4', '0.063 [0.250, 0.750]', '0.016 [0.250, 0.750]'],
        ],
      },
    ]);
    expect(layerByLengthTables([row({}), row({ length: 256 })])).toEqual([]);
  });
});

describe('figures', () => {
  it('follow the axes that have several values', () => {
    expect(figuresOf(spec, [row({})])).toEqual([]);
    const [figure] = figuresOf(spec, [row({}), row({ layer: 4 })]);
    expect(figure?.name).toBe('kl-layer');
  });

  it('are apart for whatever is no axis', () => {
    const rows = [2, 4].flatMap((layer) => ['m', 'n'].map((model) => row({ layer, model })));
    expect(figuresOf(spec, rows).map(({ title }) => title)).toEqual([
      'KL(base ‖ variant), last token (model m)',
      'KL(base ‖ variant), last token (model n)',
    ]);
  });
});

describe('a figure', () => {
  it('names the unit of its axis, and how sure its intervals are', async () => {
    const rows = [2, 4].map((layer) => row({ layer }));
    const svg = await figureSvg(figuresOf({ ...spec, bootstrap: { samples: 9, confidence: 0.9 } }, rows)[0]!);
    expect(svg).toContain('>nats</text>');
    expect(svg).toContain('>with 90 % bootstrap intervals</text>');
  });

  it('draws the intervals of variants at the same layer beside each other', async () => {
    const variants = ['base', 'a "quoted" one\u2028in two lines', "the article's", 'c'];
    const rows = variants.flatMap((variant) => [2, 4].map((layer) => row({ layer, variant })));
    const svg = await figureSvg(figuresOf(spec, rows)[0]!);
    const rules = svg.matchAll(/"rule mark" transform="translate\(([\d.]+),/g);
    const places = Array.from(rules, ([, x]) => Number(x));
    const [first = 0, second = 0] = [...new Set(places)].sort((a, b) => a - b);
    expect(new Set(places).size).toBe(8);
    expect(second - first).toBeCloseTo(3, 6);
  });
});

describe('names in a figure', () => {
  it('are whole, each of a color of its own, and what has no layer has none', async () => {
    const long = 'a merge whose name is long '.repeat(4);
    const rows = Array.from({ length: 12 }, (_, i) => row({ variant: `${long}${i}` }));
    const base = row({ variant: 'base', layer: null });
    const [figure] = figuresOf({ ...spec, plots: [{ metric: 'kl', x: 'length', facet: 'layer' }] }, [
      base,
      ...rows,
    ]);
    const warned = vi.spyOn(console, 'warn');
    const svg = await figureSvg(figure!);
    expect(warned).not.toHaveBeenCalled();
    for (const { variant } of rows) expect(svg).toContain(`>${variant}</text>`);
    expect(svg).toContain('>none</text>');
    expect(svg).not.toContain('>null</text>');
    const colors = [...svg.matchAll(/"rule mark"[^>]* stroke="(#\w+)"/g)].map(([, color]) => color);
    expect(new Set(colors).size).toBe(13);
  });
});

describe('files of figures', () => {
  it('are apart for plots that differ in their columns, and for models that do in more than ASCII', () => {
    const rows = [2, 4].flatMap((layer) => ['м', 'н'].map((model) => row({ layer, model })));
    const plots = [
      { metric: 'kl', x: 'layer' },
      { metric: 'kl', x: 'layer', facet: 'model' },
      { metric: 'kl', x: 'layer', facet: 'text' },
    ] as const;
    expect(figuresOf({ ...spec, plots: [...plots] }, rows).map(({ name }) => name)).toEqual([
      'kl-layer-model-м',
      'kl-layer-model-н',
      'kl-layer-by-model',
      'kl-layer-by-text-model-м',
      'kl-layer-by-text-model-н',
    ]);
  });
});

describe('a picture of a trace', () => {
  const slot = (first: number, last: number, cosine = 1) => ({ first, last, merged: last > first, cosine });

  it('boxes each slot, darker the less alike its states were, and strikes through what was dropped', () => {
    const picture = tracePicture(
      { tokens: ['A', '<b', '>', '\n', 'c'], slots: [slot(0, 0), slot(1, 2, 0.5), slot(4, 4)] },
      'a & b',
    );
    expect(picture).toContain('<title>a &amp; b</title>');
    expect([...picture.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text)).toEqual([
      'a &amp; b',
      'A',
      '&lt;b&gt;',
      '⏎',
      'c',
    ]);
    expect(picture).toMatch(/hsl\(210, 80%, 71%\)[^\n]*cosine 0\.500[^\n]*&lt;b&gt;/);
    expect(picture).toMatch(/line-through[^\n]*⏎/);
  });
});
