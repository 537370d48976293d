import { Node, type SourceFile } from 'ts-morph';
import type { Edit } from './edits.js';
import type { SourceStyle } from './source-style.js';

/**
 * Adds items behind the last one of a list: properties of an object, elements of an array, names of an import. Comments stay where they
 * are; in a list of several lines each item gets its own.
 */
export function insertItems(
  list: Node,
  items: readonly Node[],
  added: readonly string[],
  style: SourceStyle,
): Edit[] {
  const file = list.getSourceFile();
  const close = list.getEnd() - 1;
  const last = items.at(-1);
  if (last === undefined) return intoEmpty(list, added, style);
  const text = file.getFullText();
  const comma = commaBehind(text, last.getEnd(), close);
  if (lineOf(file, last.getEnd()) === lineOf(file, close)) {
    return [insertion(last.getEnd(), added.map((item) => `, ${item}`).join(''))];
  }
  const indent = /^[ \t]*/.exec(text.slice(lineStart(text, last.getStart())))?.[0] ?? '';
  const lines = added.map(
    (item, i) => `${indent}${item}${comma || i < added.length - 1 ? ',' : ''}${style.lineEnd}`,
  );
  return [
    ...(comma ? [] : [insertion(last.getEnd(), ',')]),
    insertion(lineStart(text, close), lines.join('')),
  ];
}

/** Adds the first argument of a call, or one behind the others. */
export function insertArgument(call: Node, added: string, style: SourceStyle): Edit[] {
  if (!Node.isCallExpression(call) && !Node.isNewExpression(call)) return [];
  const args = call.getArguments();
  return args.length === 0 ? [insertion(call.getEnd() - 1, added)] : insertItems(call, args, [added], style);
}

function intoEmpty(list: Node, added: readonly string[], style: SourceStyle): Edit[] {
  const close = list.getEnd() - 1;
  const padding = Node.isObjectLiteralExpression(list) ? style.padding : '';
  const inside = list.getText().slice(1, -1);
  const before = inside.endsWith(' ') || inside.endsWith('\n') ? '' : padding;
  return [insertion(close, `${before}${added.join(', ')}${padding}`)];
}

function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

/** Whether a comma stands behind the last item, apart from comments. */
function commaBehind(text: string, from: number, to: number): boolean {
  return text
    .slice(from, to)
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')
    .includes(',');
}

function lineOf(file: SourceFile, position: number): number {
  return file.getLineAndColumnAtPos(position).line;
}

function lineStart(text: string, position: number): number {
  return text.lastIndexOf('\n', position - 1) + 1;
}
