import { join } from 'node:path';
import { type JsonGraph, parseGraph, printGraph } from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { GOLDENS } from '../read-golden.js';
import { runForJson, runGeodesic } from './run-geodesic.js';

/** Without a tokenizer: the graph needs none. */
const MODEL = join(GOLDENS, 'tiny-llama');
const MERGE = ['--merge-after', '1', '--keep-start', '2', '--keep-end', '3'];
const PHASES = ['prefill', 'decode'] as const;

interface View {
  readonly graph: JsonGraph;
  readonly cost?: Readonly<Record<'flops' | 'bytes' | 'kvCacheBytes' | 'parameterBytes', number>>;
}

interface Views {
  readonly before: View;
  readonly after: View;
}

async function inspect(...args: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await runGeodesic(['inspect', '--model', MODEL, ...args]);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return stdout;
}

/** The text of each graph; tables follow the last. */
function graphsIn(text: string): string[] {
  return [...text.matchAll(/^graph "[\s\S]*?^}\n/gm)].map(([graph]) => graph);
}

describe.each(PHASES)('inspect --phase %s', (phase) => {
  it('prints the graph before and after, and only after it the merged domain', async () => {
    const text = await inspect('--phase', phase, ...MERGE);
    expect(text).toMatch(/^before\ngraph "llama\./);
    expect(text).toMatch(/^after\ngraph "llama\./m);
    const [before = '', after = '', ...rest] = graphsIn(text);
    expect(rest).toEqual([]);
    expect(before).toContain(phase);
    expect(before).not.toContain('tokens/2@');
    expect(after).toContain('tokens/2@1');
    expect(after.includes('= tokenMerge(')).toBe(phase === 'prefill');
  });

  it('prints graphs that parse, and JSON that holds the same nodes', async () => {
    const texts = graphsIn(await inspect('--phase', phase, ...MERGE));
    const { before, after } = await runForJson<Views>([
      ...['inspect', '--model', MODEL, '--phase', phase, '--format', 'json'],
      ...MERGE,
    ]);
    for (const [i, { graph }] of [before, after].entries()) {
      const parsed = parseGraph(texts[i] as string);
      expect(printGraph(parsed)).toBe(texts[i]);
      expect(graph.nodes).toHaveLength(parsed.nodes.length);
      expect(graph.nodes.map(({ name }) => name)).toEqual(parsed.nodes.map(({ name }) => name));
      expect(Object.keys(graph.outputs)).toEqual([...parsed.outputs.keys()]);
    }
  });

  it('draws a Mermaid diagram for each, in Markdown', async () => {
    const text = await inspect('--phase', phase, '--format', 'mermaid', ...MERGE);
    const blocks = [...text.matchAll(/^## (\w+)\n\n```mermaid\n([\s\S]*?)^```$/gm)];
    expect(blocks.map(([, title]) => title)).toEqual(['before', 'after']);
    for (const [, , diagram = ''] of blocks) {
      expect(diagram).toMatch(/^flowchart TD\n/);
      expect(diagram.match(/^flowchart/gm)).toHaveLength(1);
      const drawn = new Set([...diagram.matchAll(/^ +([no]\d+)[[({]/gm)].map(([, id]) => id));
      const linked = [...diagram.matchAll(/^ +(\w+) --> (\w+)$/gm)].flatMap(([, from, to]) => [from, to]);
      expect(linked.length).toBeGreaterThan(0);
      for (const id of linked) expect(drawn).toContain(id);
      expect(diagram.match(/^ +subgraph /gm)).toHaveLength(diagram.match(/^ +end$/gm)?.length ?? 0);
    }
  });
});

it('--format mermaid --cost prints the totals under each diagram', async () => {
  const text = await inspect('--format', 'mermaid', '--cost', ...MERGE);
  expect(
    text.match(/^```mermaid\n[\s\S]*?^```\n\n```text\nFLOPs +\d[\s\S]*?^KV cache .+\n```$/gm),
  ).toHaveLength(2);
});

it('without a merge there is one graph', async () => {
  const text = await inspect();
  expect(graphsIn(text)).toHaveLength(1);
  expect(text).not.toMatch(/^after$/m);
});

describe('inspect --cost', () => {
  it('prints totals for a length', async () => {
    const text = await inspect('--cost', '--length', '512', ...MERGE);
    for (const what of ['FLOPs', 'bytes', 'weights', 'KV cache']) {
      expect(text.match(new RegExp(`^${what} +\\d+\\.\\d+ (G|MiB)$`, 'gm')), what).toHaveLength(2);
    }
  });

  it('in JSON: merging saves FLOPs and cache, and no weights; more tokens cost more', async () => {
    const costs = async (length: string) => {
      const args = ['--model', MODEL, '--format', 'json', '--cost', '--length', length, ...MERGE];
      const { before, after } = await runForJson<Views>(['inspect', ...args]);
      return {
        before: before.cost as NonNullable<View['cost']>,
        after: after.cost as NonNullable<View['cost']>,
      };
    };
    const { before, after } = await costs('512');
    expect(after.flops).toBeLessThan(before.flops);
    expect(after.parameterBytes).toBe(before.parameterBytes);
    // 2 heads of 8, keys and values: 128 bytes an entry and layer. Of 512 tokens 507 are merged to 254.
    expect(before.kvCacheBytes).toBe(4 * 512 * 128);
    expect(after.kvCacheBytes).toBe((2 * 512 + 2 * (512 - 253)) * 128);
    expect((await costs('256')).before.flops).toBeLessThan(before.flops / 2);
  });
});

it.each(['exact', 'kv'])(
  'inspect --cost counts a merge that goes on in generated tokens: %s',
  async (stream) => {
    const text = await inspect('--cost', '--length', '20', ...MERGE, '--merge-stream', stream);
    // 2 kept, 7 pairs, one that waits for a partner, 3 kept.
    expect(text).toMatch(/^merge +N:tokens +N1:tokens\/2@1 +\d+ +13 /m);
    expect(text).toMatch(/^layers\.2 +N1:tokens\/2@1 +N1:tokens\/2@1 /m);
  },
);

it.each(PHASES)('inspect --cost has one merge, also where surprise decides: %s', async (phase) => {
  const args = ['--cost', '--length', '40', '--phase', phase, '--merge-protect', 'surprising'];
  const text = await inspect(...MERGE, ...args, '--merge-stream', 'exact', '--keep-end', '16');
  // 2 kept, 11 pairs, 16 kept.
  expect(text.match(/^merge .*/gm)).toEqual([
    expect.stringMatching(/^merge +N:tokens +N1?:tokens\/2@1 +\d+ +(29|1) /),
  ]);
  expect(text).toMatch(/^layers\.2 +N1?:tokens\/2@1 +N1?:tokens\/2@1 /m);
});

it('inspect --dump-ir prints the graph after each pass on stderr', async () => {
  const { stdout, stderr, exitCode } = await runGeodesic([
    'inspect',
    '--model',
    MODEL,
    '--dump-ir',
    ...MERGE,
  ]);
  expect(exitCode).toBe(0);
  expect(graphsIn(stdout)).toHaveLength(2);
  expect(stderr).toMatch(/^\/\/ .*slerpMerge/m);
});
