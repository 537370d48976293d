import { describe, expect, it } from 'vitest';
import type { Cell, Variant } from '../grid/cell.js';
import type { Samples } from '../metrics/metric-list.js';
import type { CellResult } from '../runner/cell-result.js';
import { specSchema } from '../spec/spec-schema.js';
import { differencesCsv } from './csv.js';
import { differenceRows } from './difference-row.js';
import { differenceTables } from './table.js';

const task: Cell['task'] = { kind: 'nextToken', suffix: 4, passages: 4 };
const merged = (label: string, layer: number): Variant => ({ label, layer, merge: { afterLayer: layer } });

function result(variant: Variant, samples: Samples, place: Partial<Cell> = {}): CellResult {
  const cell: Cell = { key: '', model: 'm', text: 'sotu', length: 64, task, variant, ...place };
  return { spec: 'h', cell, metrics: {}, samples, seconds: 1, backend: 'cpu' };
}

function spec(merges: object[] = [{}, { label: 'half', ratio: 0.5 }]) {
  return specSchema.parse({
    name: 's',
    models: ['m'],
    lengths: [64],
    tasks: { nextToken: {} },
    layers: [2, 8],
    merges,
  });
}

const BASE: Variant = { label: 'base' };

describe('differences', () => {
  it('are from the first merge behind the same layer, and for the base from it behind each', () => {
    const rows = differenceRows(spec(), [
      result(BASE, { kl: [0, 0, 0] }),
      result(merged('slerp', 2), { kl: [4, 5, 6] }),
      result(merged('slerp', 8), { kl: [1, 2, 3] }),
      result(merged('half', 2), { kl: [5, 6, 7] }),
      result(merged('half', 8), { kl: [1.5, 2.5, 3.5] }),
    ]);
    expect(
      rows.map(({ variant, layer, from, fromLayer, value }) => [variant, layer, from, fromLayer, value]),
    ).toEqual([
      ['base', null, 'slerp', 2, -5],
      ['half', 2, 'slerp', 2, 1],
      ['base', null, 'slerp', 8, -2],
      ['half', 8, 'slerp', 8, 0.5],
    ]);
    // Items that are unlike each other differ all by as much.
    expect(rows[1]).toMatchObject({ low: 1, high: 1, count: 3, metric: 'kl', task: 'nextToken' });
  });

  it('are of the same items alone', () => {
    const rows = differenceRows(spec(), [
      result(merged('slerp', 2), { kl: [4] }),
      result(merged('half', 2), { kl: [5] }, { text: 'moby-dick' }),
      result(merged('half', 2), { kl: [7] }, { length: 128 }),
    ]);
    expect(rows).toEqual([]);
  });

  it('leave out times, costs, and what overflows', () => {
    const samples: Samples = { perplexity: [1, 1000], kvBytes: [2, 2], kl: [1, 1] };
    const speed: Partial<Cell> = { task: { kind: 'speed', repeats: 2, newTokens: 1 } };
    const rows = differenceRows(spec(), [
      result(merged('slerp', 2), samples),
      result(merged('half', 2), samples),
      result(merged('slerp', 2), { prefillMs: [1, 2] }, speed),
      result(merged('half', 2), { prefillMs: [2, 3] }, speed),
    ]);
    expect(rows.map(({ metric }) => metric)).toEqual(['kl']);
  });

  it('need a merge to differ from', () => {
    expect(differenceRows(spec([]), [result(BASE, { kl: [0] })])).toEqual([]);
  });

  it('have tables by the layer of that merge, with signs, and a file', () => {
    const rows = differenceRows(spec([{ label: 'defaults' }]), [
      result(merged('defaults', 2), { kl: [1, 1], top1: [0, 1] }),
      result(BASE, { kl: [0, 0], top1: [1, 1] }),
    ]);
    expect(differenceTables(rows)).toEqual([
      {
        title: 'Differences from defaults: nextToken: m, sotu, 64 tokens',
        head: ['variant', 'after layer', 'KL(base ‖ variant), last token', 'top-1 agreement, last token'],
        rows: [['base', '2', '-1.000', '+0.500 [0.000, +1.000]']],
      },
    ]);
    expect(differencesCsv(rows).split('\r\n')).toEqual([
      'model,text,task,depth,length,variant,layer,metric,value,low,high,count,backend,from,fromLayer',
      'm,sotu,nextToken,,64,base,,kl,-1,-1,-1,2,cpu,defaults,2',
      'm,sotu,nextToken,,64,base,,top1,0.5,0,1,2,cpu,defaults,2',
      '',
    ]);
  });
});
