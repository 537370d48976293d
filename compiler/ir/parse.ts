import { GeodesicError } from '../error.js';
import type { AnyNode, Graph, SourceLocation, ValueId } from './graph.js';
import { isLeaf } from './graph-builder.js';
import { parseAttributes } from './print.js';
import { parseType } from './tensor-type.js';
import { typeRules } from './type-rules.js';
import { verify } from './verify.js';

const HEADER = /^graph ("(?:[^"\\]|\\.)*") \{$/;
const NODE =
  /^%(\d+) = (\w+)\(([^)]*)\)(?: (\{.*\}))? : ((?:f32|i32)\[[^\]]*\]) ("(?:[^"\\]|\\.)*")(?: @(.*):(\d+):(\d+))?$/s;
const OUTPUT = /^return %(\d+) as ("(?:[^"\\]|\\.)*")$/;

/**
 * Reads what `printGraph` writes and verifies it.
 *
 * @throws GeodesicError `ir.parse` with the line number, or what `verify` throws
 */
export function parseGraph(text: string): Graph {
  if (typeof text !== 'string') throw new GeodesicError('ir.parse', 'expected the text of a graph');
  const lines = text
    .split('\n')
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter((line) => line.text !== '');
  const header = HEADER.exec(lines[0]?.text ?? '');
  if (!header || lines.at(-1)?.text !== '}')
    throw new GeodesicError('ir.parse', 'expected: graph "name" { … }');
  const nodes: AnyNode[] = [];
  const outputs = new Map<string, ValueId>();
  for (const line of lines.slice(1, -1)) {
    const output = OUTPUT.exec(line.text);
    if (output) {
      const name = parseJson(output[2] as string, line.number) as string;
      if (outputs.has(name))
        throw new GeodesicError('ir.parse', `line ${line.number}: a second output is named '${name}'`);
      outputs.set(name, Number(output[1]));
    } else nodes.push(parseNode(line.text, line.number));
  }
  const graph: Graph = { name: parseJson(header[1] as string, 1) as string, nodes, outputs };
  verify(graph);
  return graph;
}

function parseNode(text: string, line: number): AnyNode {
  const match = NODE.exec(text);
  if (!match) throw new GeodesicError('ir.parse', `line ${line}: not a node: ${text}`);
  const [, id, op = '', operands = '', attributes = '{}', type = '', name = '', file, row, column] = match;
  if (!Object.hasOwn(typeRules, op) && !isLeaf(op as AnyNode['op'])) {
    throw new GeodesicError('ir.parse', `line ${line}: unknown op '${op}'`);
  }
  const source: { source?: SourceLocation } =
    file === undefined ? {} : { source: { file, line: Number(row), column: Number(column) } };
  return {
    id: Number(id),
    op,
    inputs: operands === '' ? [] : operands.split(', ').map((operand) => parseOperand(operand, line)),
    attributes: parseJson(attributes, line, parseAttributes),
    type: parseType(type),
    name: parseJson(name, line),
    ...source,
  } as AnyNode;
}

function parseOperand(text: string, line: number): ValueId {
  if (!/^%\d+$/.test(text)) throw new GeodesicError('ir.parse', `line ${line}: '${text}' is not an operand`);
  return Number(text.slice(1));
}

function parseJson(text: string, line: number, read: (text: string) => unknown = JSON.parse): unknown {
  try {
    return read(text);
  } catch (error) {
    throw new GeodesicError('ir.parse', `line ${line}: ${(error as Error).message}`);
  }
}
