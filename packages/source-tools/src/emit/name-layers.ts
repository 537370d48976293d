import type { WrittenLayer } from './layer-function.js';

/** A layer with the function that computes it. */
export interface NamedLayer extends WrittenLayer {
  readonly callee: string;
}

/** A function of the module that computes layers which are alike. */
export interface LayerFunction {
  readonly name: string;
  readonly lines: readonly string[];
  readonly parameters: readonly string[];
  readonly fields: readonly string[];
  /** The layers that it computes. */
  readonly layers: readonly number[];
}

/**
 * Names the layers of the phases: one function for all that are written alike, `layer` where there is one only, else the first
 * layer's index behind it.
 */
export function nameLayers(phases: readonly (readonly WrittenLayer[])[]): {
  readonly functions: readonly LayerFunction[];
  readonly named: readonly (readonly NamedLayer[])[];
} {
  const alike = new Map<string, WrittenLayer[]>();
  for (const layer of phases.flat()) {
    alike.set(meaningOf(layer), [...(alike.get(meaningOf(layer)) ?? []), layer]);
  }
  const names = new Map<string, string>();
  const functions = [...alike].map(([meaning, layers]) => {
    const { view, lines, shared, fields } = layers[0] as WrittenLayer;
    const taken = [...names.values()];
    const wanted = alike.size === 1 ? 'layer' : `layer${view.index}`;
    const name = taken.includes(wanted) ? `${wanted}Decoding` : wanted;
    names.set(meaning, name);
    const indices = [...new Set(layers.map((layer) => layer.view.index))];
    return { name, lines, parameters: [...shared.keys()], fields, layers: indices };
  });
  const named = phases.map((layers) =>
    layers.map((layer) => ({ ...layer, callee: names.get(meaningOf(layer)) as string })),
  );
  return { functions, named };
}

function meaningOf({ lines, shared, fields }: WrittenLayer): string {
  return JSON.stringify([lines, [...shared.keys()], fields]);
}
