import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyNode, type Graph, nodeAt } from '@geodesic/compiler';
import { architectures, type MaskKind, modelFromHuggingFace, type PositionScheme } from '@geodesic/models';
import { describe, expect, it } from 'vitest';
import { GOLDENS } from '../read-golden.js';
import { TINY_MODELS } from './tiny-models.js';

interface Shown {
  readonly name: string;
  readonly architecture: string;
  readonly positions: readonly PositionScheme[];
  readonly masks: readonly MaskKind[];
}

/** The positions and masks that a tiny model's graph itself shows. */
function showing(name: string): Shown {
  const config = JSON.parse(readFileSync(join(GOLDENS, name, 'config.json'), 'utf8'));
  const { architecture, model } = modelFromHuggingFace(config);
  const graph = model.trace({ phase: 'prefill', logits: 'last' });
  const attentions = graph.nodes.filter(({ op }) => op === 'attention');
  const positions = new Set(attentions.flatMap((node) => positionsOf(node, graph)));
  const masks = graph.nodes.flatMap((node): MaskKind[] =>
    node.op !== 'attentionMask'
      ? []
      : node.attributes.window === null
        ? ['causal']
        : ['causal', 'sliding window'],
  );
  return { name, architecture, positions: [...positions], masks: [...new Set(masks)] };
}

function positionsOf(attention: AnyNode, graph: Graph): PositionScheme[] {
  const [queries, , , bias] = attention.inputs.map((id) => nodeAt(graph, id)) as [AnyNode, ...AnyNode[]];
  // A norm of heads may stand behind their rotation.
  const rotated = [queries, nodeAt(graph, queries.inputs[0] as number)].find(({ op }) => op === 'rope');
  if (rotated !== undefined) return rotationOf(rotated, graph);
  if (bias?.inputs.some((id) => nodeAt(graph, id).op === 'alibiBias')) return ['ALiBi'];
  return graph.nodes.some(({ op }) => op === 'positionIndices') ? ['learned'] : ['none'];
}

function rotationOf(rotated: AnyNode, graph: Graph): PositionScheme[] {
  const cos = nodeAt(graph, rotated.inputs[1] as number);
  if (cos.op !== 'rotaryCos') throw new RangeError(`${cos.name} is no cosine`);
  const { interleaved, rotaryDim } = cos.attributes;
  const partial = rotaryDim !== rotated.type.axes.at(-1)?.size;
  if (!interleaved && !partial) return ['RoPE'];
  return [
    ...(interleaved ? ['interleaved RoPE' as const] : []),
    ...(partial ? ['partial RoPE' as const] : []),
  ];
}

const shown = TINY_MODELS.map(showing);

describe.each(architectures)('what $name declares', ({ name, positions, masks }) => {
  const own = shown.filter(({ architecture }) => architecture === name);

  it('covers every variant', () => {
    for (const one of own) {
      expect(positions, one.name).toEqual(expect.arrayContaining([...one.positions]));
      expect(masks, one.name).toEqual(expect.arrayContaining([...one.masks]));
    }
  });

  it('occurs in a variant, all of it', () => {
    expect(new Set(own.flatMap((one) => one.positions))).toEqual(new Set(positions));
    expect(new Set(own.flatMap((one) => one.masks))).toEqual(new Set(masks));
  });
});
