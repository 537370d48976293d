import { type AnyNode, type Graph, printSource } from './graph.js';
import { printType } from './tensor-type.js';

/**
 * Writes a graph the way `parseGraph` reads it, a line a node:
 * `%12 = rmsNorm(%9, %11) {"eps":0.00001} : f32[B, N:tokens, 576] "layers.0.attentionNorm.output" @models/llama.ts:20:7`.
 */
export function printGraph(graph: Graph): string {
  const outputs = [...graph.outputs].map(([name, id]) => `  return %${id} as ${JSON.stringify(name)}`);
  return [`graph ${JSON.stringify(graph.name)} {`, ...graph.nodes.map(printNode), ...outputs, '}', ''].join(
    '\n',
  );
}

function printNode(node: AnyNode): string {
  const operands = node.inputs.map((id) => `%${id}`).join(', ');
  const attributes = Object.keys(node.attributes).length === 0 ? '' : ` ${printAttributes(node.attributes)}`;
  const source = node.source === undefined ? '' : ` @${printSource(node.source)}`;
  return `  %${node.id} = ${node.op}(${operands})${attributes} : ${printType(node.type)} ${JSON.stringify(node.name)}${source}`;
}

/** JSON, in which the numbers that JSON lacks are strings: `{"value":"-Infinity"}`. `parseAttributes` reads it. */
export function printAttributes(attributes: AnyNode['attributes']): string {
  return JSON.stringify(attributes, (_, value: unknown) =>
    typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
      ? printNumber(value)
      : value,
  );
}

/** What `printAttributes` wrote. */
export function parseAttributes(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' && UNUSUAL_NUMBERS.includes(value) ? Number(value) : value,
  );
}

const UNUSUAL_NUMBERS = ['Infinity', '-Infinity', 'NaN', '-0'];

function printNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
