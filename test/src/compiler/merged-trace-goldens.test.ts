import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compile,
  domainSymbols,
  evaluateHostNode,
  type Graph,
  type HostArray,
  hostValues,
  promptBindings,
  type SlerpMergeOptions,
  slerpMerge,
} from '@geodesic/compiler';
import { modelFromHuggingFace } from '@geodesic/models';
import { describe, expect, it } from 'vitest';
import { goldensFolder } from './golden-tensors.js';

interface Step {
  readonly k: number;
  readonly extents: readonly (readonly [number, number])[];
  readonly sizes: readonly number[];
  readonly positions: readonly number[];
  readonly targets: readonly number[];
}

interface Case {
  readonly name: string;
  readonly length: number;
  readonly merges: readonly (SlerpMergeOptions & { readonly maxTokensBeforeKeepingEnd?: number })[];
  readonly trace: readonly Step[];
}

const folder = join(goldensFolder, 'tiny-mistral');
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const { cases, batch } = read('merged.json') as {
  readonly cases: readonly Case[];
  readonly batch: {
    readonly attentionMask: readonly (readonly number[])[];
    readonly groups: readonly (readonly string[])[];
  };
};
const { model } = modelFromHuggingFace(read('config.json') as Record<string, unknown>);

/** Every case with the same merges runs the same graph. */
const graphs = new Map<string, Graph>();
function graphOf(merges: Case['merges']): Graph {
  const key = JSON.stringify(merges);
  const known = graphs.get(key);
  if (known !== undefined) return known;
  const passes = merges.map(({ maxTokensBeforeKeepingEnd, ...options }) =>
    slerpMerge({
      ...options,
      ...(maxTokensBeforeKeepingEnd !== undefined && { keepEndThreshold: maxTokensBeforeKeepingEnd }),
    }),
  );
  // Behind the last layer nothing reads the positions: a capture keeps them.
  const capture = domainsOf(merges).map((domain) => `${domain}.positionIds`);
  const { prefill } = compile(model, { passes, capture });
  graphs.set(key, prefill);
  return prefill;
}

/** Values of all host nodes of a graph, by name, for rows of so many tokens padded on the left. */
function evaluatedHostValues(graph: Graph, lengths: readonly number[]): Map<string, HostArray> {
  const n = Math.max(...lengths);
  const shape = [lengths.length, n];
  const positions = lengths.flatMap((length) => Array.from({ length: n }, (_, i) => i - (n - length)));
  const extents = positions.flatMap((position) => (position < 0 ? [-1, -1] : [position, position]));
  const inputs: Record<string, HostArray> = {
    'tokens.ids': { shape, data: new Int32Array(positions.length) },
    'tokens.positionIds': { shape, data: Float32Array.from(positions, (position) => Math.max(position, 0)) },
    'tokens.extents': { shape: [...shape, 2], data: Int32Array.from(extents) },
    'tokens.sizes': { shape, data: Float32Array.from(positions, (position) => (position < 0 ? 0 : 1)) },
  };
  const values = new Map<number, HostArray>();
  const onHost = hostValues(graph);
  for (const node of graph.nodes) {
    if (!onHost.has(node.id)) continue;
    const operands = node.inputs.map((id) => values.get(id) as HostArray);
    values.set(node.id, inputs[node.name] ?? evaluateHostNode(node, operands));
  }
  return new Map([...values].map(([id, value]) => [graph.nodes[id]?.name as string, value]));
}

/** The streams of one row behind a merge, as the goldens write them. */
function stepOf(values: ReadonlyMap<string, HostArray>, domain: string, row: number): Omit<Step, 'targets'> {
  const stream = (name: string) => values.get(`${domain}.${name}`) as HostArray;
  const [, slots = 0] = stream('sizes').shape;
  const indices = Array.from({ length: slots }, (_, i) => row * slots + i).filter(
    (i) => (stream('sizes').data[i] as number) > 0,
  );
  const at = (name: string, i: number) => stream(name).data[i] as number;
  return {
    k: indices.length,
    extents: indices.map((i) => [at('extents', 2 * i), at('extents', 2 * i + 1)] as const),
    sizes: indices.map((i) => at('sizes', i)),
    positions: indices.map((i) => at('positionIds', i)),
  };
}

/** `tokens/2@0`, then `tokens/2@0/2@2`. */
function domainsOf(merges: Case['merges']): string[] {
  return merges.map((_, i) =>
    merges.slice(0, i + 1).reduce((domain, { afterLayer }) => `${domain}/2@${afterLayer}`, 'tokens'),
  );
}

/** Checks one row of a run against a golden. */
function expectTrace(values: ReadonlyMap<string, HostArray>, one: Case, row: number): void {
  const domains = domainsOf(one.merges);
  one.trace.forEach(({ k, extents, sizes, positions }, i) => {
    expect(stepOf(values, domains[i] as string, row)).toEqual({ k, extents, sizes, positions });
  });
  const targets = values.get('targets') as HostArray;
  const [, slots = 0] = targets.shape;
  const valid = targets.data.slice(row * slots, (row + 1) * slots).filter((target) => target >= 0);
  expect([...valid]).toEqual(one.trace.at(-1)?.targets);
}

describe('merged streams against the oracle', () => {
  const kinds = [...new Set(cases.map(({ name }) => name.split('/').slice(0, -1).join('/')))];

  it.each(kinds)('%s', (kind) => {
    const ofKind = cases.filter(({ name }) => name.split('/').slice(0, -1).join('/') === kind);
    expect(ofKind.length).toBeGreaterThan(0);
    for (const one of ofKind) {
      const graph = graphOf(one.merges);
      const values = evaluatedHostValues(graph, [one.length]);
      expectTrace(values, one, 0);
      const bindings = promptBindings(graph, one.length);
      domainsOf(one.merges).forEach((domain, i) => {
        expect(bindings.get(domainSymbols(domain).added), `slots bound of ${one.name}`).toBe(one.trace[i]?.k);
      });
    }
  });

  it.each(batch.groups.map((group) => [group]))('left-padded batch of %j', (group) => {
    const rows = group.map((name) => cases.find((one) => one.name === name) as Case);
    const lengths = batch.attentionMask.map((mask) => mask.reduce((sum, bit) => sum + bit, 0));
    expect(rows.map(({ length }) => length)).toEqual(lengths);
    const values = evaluatedHostValues(graphOf((rows[0] as Case).merges), lengths);
    rows.forEach((one, row) => {
      expectTrace(values, one, row);
    });
  });

  it('checked every case', () => {
    expect(cases.length).toBeGreaterThan(800);
    expect(cases.every(({ trace, merges }) => trace.length === merges.length)).toBe(true);
  });
});
