import { type TemplateNode, visitNodes } from './chat-template-tree.js';

/** Names that no template can use. */
const names = { strip: ' strip', lstrip: ' lstrip', rstrip: ' rstrip', number: ' number' } as const;

/**
 * Rewrites what the library computes wrongly with text: `strip`, `lstrip` and `rstrip` ignore the characters that they are
 * given, and text formatted with `%` becomes NaN. The template then needs `textFunctions` among its variables.
 *
 * @param program changed in place
 */
export function rewriteText(program: unknown): void {
  visitNodes(program, (node) => {
    if (node.type === 'CallExpression') rewriteStrip(node);
    const { operator } = node as { operator?: { value?: unknown } };
    // A remainder has a number on its left.
    if (node.type === 'BinaryExpression' && operator?.value === '%')
      node.left = { type: 'CallExpression', callee: identifier(names.number), args: [node.left] };
  });
}

function rewriteStrip(call: TemplateNode): void {
  const { callee, args } = call as unknown as { callee: TemplateNode; args: readonly TemplateNode[] };
  if (callee.type !== 'MemberExpression' || callee.computed === true || args.length === 0) return;
  const { value } = callee.property as TemplateNode;
  if (value !== 'strip' && value !== 'lstrip' && value !== 'rstrip') return;
  call.callee = identifier(names[value]);
  call.args = [callee.object, ...args];
}

function identifier(value: string): TemplateNode {
  return { type: 'Identifier', value };
}

/** What templates call that `rewriteText` has changed; values come as JavaScript has them. */
export const textFunctions: Readonly<Record<string, unknown>> = {
  [names.strip]: (text: unknown, characters: unknown) => stripEnd(stripStart(text, characters), characters),
  [names.lstrip]: stripStart,
  [names.rstrip]: stripEnd,
  [names.number](value: unknown) {
    if (typeof value === 'number') return value;
    throw new Error('% with anything but numbers, as to format text, is not supported');
  },
};

function stripStart(text: unknown, characters: unknown): string {
  const [all, stripped] = [[...textOf(text)], strippedBy(characters)];
  const start = all.findIndex((character) => !stripped(character));
  return start < 0 ? '' : all.slice(start).join('');
}

function stripEnd(text: unknown, characters: unknown): string {
  const [all, stripped] = [[...textOf(text)], strippedBy(characters)];
  return all.slice(0, all.findLastIndex((character) => !stripped(character)) + 1).join('');
}

function strippedBy(characters: unknown): (character: string) => boolean {
  if (characters === null || characters === undefined) return (character) => character.trim() === '';
  const set = new Set(textOf(characters));
  return (character) => set.has(character);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error('strip, lstrip and rstrip take text');
}
