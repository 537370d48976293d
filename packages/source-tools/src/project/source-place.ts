import type { Node } from 'ts-morph';

/** A place in a user's source; lines and columns are counted from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where a node begins. */
export function placeOf(node: Node): SourcePlace {
  const file = node.getSourceFile();
  const { line, column } = file.getLineAndColumnAtPos(node.getStart());
  return { file: file.getFilePath(), line, column };
}

/** `file:line:column`, as editors and terminals open it. */
export function printPlace({ file, line, column }: SourcePlace): string {
  return `${file}:${line}:${column}`;
}
