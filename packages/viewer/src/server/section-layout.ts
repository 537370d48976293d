import { type Edge, Graph as Layout, layout } from '@dagrejs/dagre';
import {
  type AnyNode,
  type DimBindings,
  evaluateShape,
  type Graph,
  hostValues,
  isDrawn,
  nodeAt,
  printSource,
  printType,
  sectionsOf,
  type ValueId,
  withoutLayer,
} from '@geodesic/compiler';
import type { Point, SectionReply, ShownNode } from '../protocol.js';

/** Of the page's type for nodes. */
const CHARACTER_WIDTH = 7.3;
const PADDING = 20;
const HEIGHT = 46;

/** Draws the nodes of a section and what enters it from others. Weights and constants are told of as operands only. */
export function sectionLayout(graph: Graph, section: number, bindings: DimBindings): SectionReply {
  const inside = (sectionsOf(graph)[section]?.nodes ?? []).filter(isDrawn);
  const ids = new Set(inside.map(({ id }) => id));
  const entering = [...new Set(inside.flatMap(({ inputs }) => inputs))]
    .filter((id) => !ids.has(id))
    .map((id) => nodeAt(graph, id))
    .filter(isDrawn);
  const drawing = new Layout();
  drawing.setGraph({ rankdir: 'TB', nodesep: 16, ranksep: 26, marginx: 8, marginy: 8 });
  drawing.setDefaultEdgeLabel(() => ({}));
  const labels = new Map([
    ...entering.map(({ id, name }) => [id, name] as const),
    ...inside.map((node) => [node.id, withoutLayer(node.name)] as const),
  ]);
  const label = ({ id }: AnyNode) => labels.get(id) as string;
  for (const node of [...entering, ...inside]) {
    drawing.setNode(String(node.id), sizeOf(node, label(node), bindings));
  }
  for (const node of inside) {
    for (const id of node.inputs) {
      if (drawing.hasNode(String(id))) drawing.setEdge(String(id), String(node.id));
    }
  }
  layout(drawing);
  const { width = 0, height = 0 } = drawing.graph() as { width?: number; height?: number };
  const onHost = hostValues(graph);
  return {
    width,
    height,
    nodes: [...entering, ...inside].map((node) => ({
      ...described(graph, node, bindings),
      label: label(node),
      enters: !ids.has(node.id),
      onHost: onHost.has(node.id),
      ...placed(drawing.node(String(node.id)) as Box),
    })),
    edges: drawing.edges().map((edge: Edge) => (drawing.edge(edge) as { points: Point[] }).points),
  };
}

/** As dagre has it: the middle of a box. */
interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

function placed({ x, y, width, height }: Box): Pick<ShownNode, 'place' | 'size'> {
  return { place: { x: x - width / 2, y: y - height / 2 }, size: { width, height } };
}

function described(
  graph: Graph,
  { id, name, op, type, source, attributes, inputs }: AnyNode,
  bindings: DimBindings,
): Omit<ShownNode, 'label' | 'enters' | 'onHost' | 'place' | 'size'> {
  return {
    id,
    name,
    op,
    type: printType(type),
    shape: evaluateShape(type, bindings),
    source: printSource(source),
    attributes: { ...attributes },
    operands: inputs.map((input: ValueId) => {
      const operand = nodeAt(graph, input);
      return { name: operand.name, type: printType(operand.type) };
    }),
  };
}

function sizeOf(
  { op, type }: AnyNode,
  label: string,
  bindings: DimBindings,
): { readonly width: number; readonly height: number } {
  const second = `${op} [${evaluateShape(type, bindings).join(', ')}]`;
  return { width: Math.max(label.length, second.length) * CHARACTER_WIDTH + PADDING, height: HEIGHT };
}
