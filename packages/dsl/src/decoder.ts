import {
  GeodesicError,
  type Graph,
  symbolicDim,
  TOKENS,
  type TraceOptions,
  tensorType,
  tokenAxis,
} from '@geodesic/compiler';
import type { Block } from './block.js';
import type { Head } from './lm-head.js';
import { Scope } from './scope.js';
import { emit, type Tensor } from './tensor.js';
import { EMBEDDING_PATH, type Embedding } from './token-embedding.js';
import { Tracer } from './tracer.js';

/** A decoder-only transformer as a tree: what embeds, the blocks of each layer, the last norm, if any, and the head. */
export interface Decoder {
  readonly embed: Embedding;
  readonly layers: readonly (readonly Block[])[];
  readonly norm: Block | null;
  readonly head: Head;
}

/**
 * A decoder of its parts; a function, so that a model reads as one expression.
 *
 * @throws GeodesicError `dsl.option` naming a part that is none
 */
export function decoder(parts: Decoder): Decoder {
  const { embed, layers, norm, head } = parts;
  const check = (fits: boolean, what: string) => {
    if (!fits) throw new GeodesicError('dsl.option', `decoder: ${what}`);
  };
  check(typeof embed?.embed === 'function', 'embed must be an embedding: tokenEmbedding(…)');
  check(
    Array.isArray(layers) && layers.every(Array.isArray),
    'layers must be a list with a list of blocks for each layer: repeat(count, () => […])',
  );
  check(norm === null || typeof norm?.apply === 'function', 'norm must be a block, or null for none');
  check(typeof head?.project === 'function', 'head must be a head: lmHead(…)');
  return parts;
}

/**
 * `count` layers, each made by `layer`.
 *
 * @throws GeodesicError `dsl.option` for a number of layers that is no whole number of at least 0
 */
export function repeat(count: number, layer: (index: number) => readonly Block[]): (readonly Block[])[] {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new GeodesicError('dsl.option', `repeat: ${count} layers; a whole number of at least 0 is needed`);
  }
  return Array.from({ length: count }, (_, index) => layer(index));
}

/** Traces a decoder to the graph of one phase, with the outputs `logits`, `targets` and `cache.*`. */
export function traceDecoder(name: string, tree: Decoder, { phase, logits }: TraceOptions): Graph {
  const tracer = new Tracer(name, phase);
  const scope = new Scope(tracer);
  const ids = tracer.input(
    `${TOKENS}.ids`,
    tensorType('i32', [symbolicDim('B'), tokenAxis(symbolicDim('N'), TOKENS)]),
  );
  let x = scope.within(EMBEDDING_PATH, tree.embed, () => scope.named('output', tree.embed.embed(ids, scope)));
  x = scope.within('layers', {}, () =>
    tree.layers.reduce((states, blocks, i) => traceLayer(scope, states, blocks, i), x),
  );
  const last = logits === 'last' ? emit('lastToken', [x], {}) : x;
  const normed = tree.norm === null ? last : scope.apply(tree.norm, last);
  const scores = scope.within('head', tree.head, () =>
    scope.named('logits', tree.head.project(normed, tree.embed.vocab, scope)),
  );
  tracer.output('logits', scores);
  tracer.output('targets', emit('targets', [scope.tokens.extents, scope.tokens.sizes], {}));
  return tracer.finish();
}

/** The layer's last value is named `layers.<i>.output`: the seam that passes and captures hold on to. */
function traceLayer(scope: Scope, x: Tensor, blocks: readonly Block[], index: number): Tensor {
  return scope.within(String(index), {}, () => {
    const output = blocks.reduce((states, block) => scope.apply(block, states), x);
    if (output.id === x.id) {
      throw new GeodesicError(
        'dsl.empty-layer',
        `layer ${index} does nothing: it has no block that changes the hidden states`,
      );
    }
    return scope.named('output', output);
  });
}
