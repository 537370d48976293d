import { type Graph, isCachedStream } from '@geodesic/compiler';
import { paragraph } from '../written-source/paragraph.js';
import type { LayerFunction } from './name-layers.js';
import { cachedStream } from './stream-caches.js';

/** What the functions of an emitted module take and give. */
export function printTypes(graph: Graph, functions: readonly LayerFunction[]): string {
  const cached = [...graph.outputs.keys()].filter(isCachedStream).map(cachedStream);
  const domains = [...new Set(cached.map(({ domain }) => domain))];
  const streams = [...new Set(cached.map(({ stream }) => stream))];
  const fields = [...new Set(functions.flatMap((layer) => layer.fields))];
  return [
    paragraph(['/** Token ids, a row each. */', 'export type Rows = readonly (readonly number[])[];']),
    paragraph([
      '/** What a step gives; whoever called it disposes both. */',
      'export interface Step {',
      '  /** What follows the last token of each row, [rows, vocabulary]. */',
      '  readonly logits: tf.Tensor;',
      '  readonly caches: Caches;',
      '}',
    ]),
    paragraph([
      '/** What a step leaves for the next one. */',
      'export interface Caches {',
      '  /** Tokens that each row has seen, merged ones counted one by one. */',
      '  readonly lengths: readonly number[];',
      ...domains.flatMap(describeDomain),
      '  /** Keys and values of each layer, [rows, tokens, heads, features]. */',
      '  readonly layers: readonly LayerCache[];',
      '}',
    ]),
    paragraph([
      `type Streams = { readonly [K in ${union(streams)}]: HostArray };`,
      'type Tensors<Name extends string> = { readonly [K in Name]: tf.Tensor };',
      `type LayerCache = Tensors<${union(fields)}>;`,
    ]),
  ].join('\n');
}

function describeDomain(domain: string): string[] {
  const layer = /\d+$/.exec(domain)?.[0];
  const what =
    layer === undefined
      ? 'Which original positions the cached tokens stand for, and how many.'
      : `The same of the slots behind the merge after layer ${layer}.`;
  return [`  /** ${what} */`, `  readonly ${domain}: Streams;`];
}

export function union(names: readonly string[]): string {
  return names.length === 0 ? 'never' : names.map((name) => `'${name}'`).join(' | ');
}
