import type { Graph, Traceable, TraceOptions } from '@geodesic/compiler';
import { type Decoder, traceDecoder } from './decoder.js';

/** A model of one configuration: a tree that `compile` turns into graphs. It is never changed; passes work on its graphs. */
export interface Model extends Traceable {
  readonly tree: Decoder;
  readonly layerCount: number;
}

/** Defines an architecture: a name, and a function from its configuration to a decoder. */
export function defineModel<Config>(
  name: string,
  build: (config: Config) => Decoder,
): (config: Config) => Model {
  return (config) => {
    const tree = build(config);
    return {
      name,
      tree,
      layerCount: tree.layers.length,
      trace: (options: TraceOptions): Graph => traceDecoder(name, tree, options),
    };
  };
}
