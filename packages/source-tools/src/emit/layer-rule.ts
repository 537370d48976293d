import type { AnyNode } from '@geodesic/compiler';
import { ruleOf } from '../written-source/index-rule.js';
import type { LayerRule } from './layer-runs.js';
import type { NamedLayer } from './name-layers.js';
import type { PhaseGraph } from './phase-graph.js';

/** The rule of a model with two kinds of layers, which differ by their function or by windows or frequencies. */
export function layerRule(phase: PhaseGraph, layers: readonly NamedLayer[]): LayerRule | undefined {
  const kinds = layers.map((layer) => kindOf(phase, layer));
  const [first, second, ...more] = new Set(kinds);
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  const holds = kinds.map((kind) => kind === second);
  const condition = ruleOf(holds);
  return condition === undefined ? undefined : { condition, holds };
}

function kindOf(phase: PhaseGraph, { callee, shared }: NamedLayer): string {
  return JSON.stringify([callee, ...[...shared].map(([name, id]) => [name, attributesOf(phase.node(id))])]);
}

/** A merge changes whether masks count sizes, in layers of either kind. */
function attributesOf(node: AnyNode): unknown {
  return node.op === 'attentionMask' ? node.attributes.window : node.attributes;
}
