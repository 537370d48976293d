import {
  compile,
  GeodesicError,
  type Graph,
  parseGraph,
  printGraph,
  type SlerpMergeOptions,
  slerpMerge,
  verify,
} from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { windowedLlama as llama, type WindowedLlamaConfig } from '../windowed-llama.js';
import { TINY } from './llama-shapes.js';

const variants: readonly [string, Partial<WindowedLlamaConfig>, readonly SlerpMergeOptions[]][] = [
  ['unmerged', {}, []],
  ['with biases, a window, scaling and a head of its own', everyOption(), []],
  ['merged', {}, [{ afterLayer: 0 }]],
  ['merged after its last layer', {}, [{ afterLayer: 1 }]],
  ['merged twice', { numHiddenLayers: 3 }, [{ afterLayer: 0 }, { afterLayer: 1, positions: 'compact' }]],
  ['merged as the reference', { slidingWindow: 5 }, [{ afterLayer: 0, interpolation: 'reference' }]],
  ['merged with every option', everyOption(), [{ afterLayer: 0, interpolation: 'drop', keepEnd: 0 }]],
];

function everyOption(): Partial<WindowedLlamaConfig> {
  return {
    attentionBias: true,
    mlpBias: true,
    slidingWindow: 7,
    ropeScaling: {
      type: 'llama3',
      factor: 8,
      lowFreqFactor: 1,
      highFreqFactor: 4,
      originalMaxPositionEmbeddings: 32,
    },
    tieWordEmbeddings: false,
  };
}

describe.each(variants)('the graphs of a llama %s', (_, config, merges) => {
  const model = llama({ ...TINY, ...config });

  it('are read as they were printed', () => {
    for (const logits of ['last', 'all'] as const) {
      const program = compile(model, { passes: merges.map(slerpMerge), logits });
      for (const graph of [program.prefill, program.decode]) {
        expect(parseGraph(printGraph(graph))).toEqual(graph);
      }
    }
  });

  it('come of passes that change no input and leave every stage well formed', () => {
    const stages: string[] = [];
    const untouched: (() => void)[] = [];
    compile(model, {
      passes: merges.map(slerpMerge),
      capture: ['layers.0.output'],
      dump: (stage, graph) => {
        stages.push(stage);
        verify(graph);
        const printed = printGraph(deepFreeze(graph));
        untouched.push(() => expect(printGraph(graph)).toBe(printed));
      },
    });
    for (const check of untouched) check();
    const passes = [
      'traced',
      ...merges.map(({ afterLayer }) => `slerpMerge@${afterLayer}`),
      'captureValues',
      'commonSubexpressions',
      'deadCode',
    ];
    expect(stages).toEqual(
      ['prefill', 'decode'].flatMap((phase) => passes.map((pass) => `${phase}: ${pass}`)),
    );
  });

  it('compute masks and rotary tables once a domain, unless they are pinned', () => {
    const domains = merges.filter(({ afterLayer }) => afterLayer + 1 < model.layerCount).length + 1;
    const passes = merges.map(slerpMerge);
    const { prefill, decode } = compile(model, { passes });
    for (const graph of [prefill, decode]) {
      for (const op of ['attentionMask', 'rotaryCos', 'rotarySin'])
        expect(count(graph, op), op).toBe(domains);
    }
    const layer = model.layerCount - 1;
    const pinned = `layers.${layer}.attention.attentionMask`;
    const patched = compile(model, { passes, patch: [pinned] });
    expect(patched.prefill.nodes.some(({ name }) => name === pinned)).toBe(true);
    const isOwnAnyway = prefill.nodes.some(({ name }) => name === pinned);
    expect(count(patched.prefill, 'attentionMask')).toBe(domains + (isOwnAnyway ? 0 : 1));
  });

  it('share weights, and differ in states: only decoding has any', () => {
    const { prefill, decode } = compile(model, { passes: merges.map(slerpMerge) });
    const named = (graph: Graph, op: string) =>
      graph.nodes.filter((node) => node.op === op).map(({ name, type }) => [name, type]);
    expect(named(prefill, 'parameter')).toEqual(named(decode, 'parameter'));
    expect(count(prefill, 'state')).toBe(0);
    const caches = [...decode.outputs.keys()].filter((name) => name.startsWith('cache.')).sort();
    expect([...prefill.outputs.keys()].filter((name) => name.startsWith('cache.')).sort()).toEqual(caches);
    const states = named(decode, 'state').map(([name]) => name);
    expect(caches).toEqual(expect.arrayContaining(states));
  });
});

describe('a merged graph in which something was forgotten', () => {
  const { prefill, decode } = compile(llama({ ...TINY, numHiddenLayers: 2 }), {
    passes: [slerpMerge({ afterLayer: 0 })],
  });

  /** Replaces an operand, by name, of one node, in the printed text. */
  function tampered(graph: Graph, node: string, operand: string, replacement: string): string {
    const id = (name: string) => {
      const found = graph.nodes.find((other) => other.name === name);
      if (found === undefined) throw new Error(`no value ${name}`);
      return found.id;
    };
    // The cached state is made for its user, so a replacement may stand behind it: move nothing, only point elsewhere.
    const line = new RegExp(`^( {2}%${id(node)} = \\w+\\()([^)]*)(\\).*)$`, 'm');
    const text = printGraph(graph);
    const changed = text.replace(line, (_, head: string, operands: string, tail: string) => {
      const swapped = operands
        .split(', ')
        .map((entry) => (entry === `%${id(operand)}` ? `%${id(replacement)}` : entry))
        .join(', ');
      return `${head}${swapped}${tail}`;
    });
    expect(changed, 'the operand is there to be replaced').not.toBe(text);
    return changed;
  }

  function refusal(text: string): string {
    try {
      parseGraph(text);
    } catch (error) {
      if (error instanceof GeodesicError) return `${error.code}: ${error.message}`;
      throw error;
    }
    return 'accepted';
  }

  it.each([
    ['layers.1.attention.attention', 'layers.1.attention.attentionMask', 'layers.0.attention.attentionMask'],
    ['layers.1.attention.queries', 'layers.1.attention.rotaryCos', 'layers.0.attention.rotaryCos'],
    ['layers.1.attention.keys', 'layers.1.attention.rotarySin', 'layers.0.attention.rotarySin'],
    ['layers.1.attention.attentionMask', 'tokens/2@0.sizes', 'tokens.sizes'],
    ['layers.1.attention.attentionMask', 'tokens/2@0.extents', 'tokens.extents'],
    ['layers.1.attentionNorm.output', 'layers.0.merged', 'layers.0.output'],
    ['layers.1.add', 'layers.0.merged', 'layers.0.output'],
    ['tokens/2@0.positionIds', 'tokens/2@0.extents', 'tokens.extents'],
    ['targets', 'tokens/2@0.sizes', 'tokens.sizes'],
  ])('%s that reads %s is refused with %s instead (prefill)', (node, right, wrong) => {
    const message = refusal(tampered(prefill, node, right, wrong));
    // A slip in a value without state is noticed where it meets merged tokens: at the node, or where its result is used.
    expect(message).toMatch(/^ir\.(type|invalid): /);
    expect(message).toContain(`'${node}' (`);
    expect(message).toMatch(/tokens\/2@0/);
  });

  it.each([
    [
      'layers.1.attention.attention',
      'cache.layers.1.attention.keys.appended',
      'cache.layers.0.attention.keys.appended',
    ],
    [
      'cache.layers.1.attention.keys.appended',
      'cache.layers.1.attention.keys',
      'cache.layers.0.attention.keys',
    ],
    ['layers.1.attention.attentionMask', 'cache.tokens/2@0.sizes.appended', 'cache.tokens.sizes.appended'],
    ['layers.1.attention.attention', 'layers.1.attention.attentionMask', 'layers.0.attention.attentionMask'],
    ['cache.tokens/2@0.extents.appended', 'tokens/2@0.extents', 'tokens.extents'],
  ])('%s that reads %s is refused with %s instead (decode)', (node, right, wrong) => {
    const message = refusal(tampered(decode, node, right, wrong));
    expect(message).toContain(`'${node}' (`);
    expect(message).toMatch(/domain/);
  });

  it('names the line of the model that declared the node', () => {
    const [node, mask] = ['layers.1.attention.attention', 'attention.attentionMask'];
    const message = refusal(tampered(prefill, node, `layers.1.${mask}`, `layers.0.${mask}`));
    expect(message).toMatch(
      /^ir\.type: 'layers\.1\.attention\.attention' \(attention, src\/windowed-llama\.ts:\d+:\d+\): /,
    );
  });
});

function count(graph: Graph, op: string): number {
  return graph.nodes.filter((node) => node.op === op).length;
}

/** Freezes a graph; a map can't be frozen, so its `set` and `delete` are made to fail. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map) {
    const refuse = () => {
      throw new TypeError('a pass changed its input');
    };
    Object.assign(value, { set: refuse, delete: refuse, clear: refuse });
    for (const entry of value.values()) deepFreeze(entry);
  }
  for (const entry of Object.values(value)) deepFreeze(entry);
  return Object.freeze(value);
}
