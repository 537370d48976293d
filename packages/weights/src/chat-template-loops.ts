import { statementsOf, type TemplateNode, visitNodes } from './chat-template-tree.js';

/** A variable that no template can name. */
const stopped = ' stopped';

/**
 * Rewrites loops so that none jumps: the library drops what an iteration wrote before `{% continue %}` or `{% break %}`.
 * What follows a jump goes into the branches that don't jump, and a loop that was left skips its other iterations.
 *
 * @param program changed in place
 * @throws Error for a jump out of a block that is no `{% if %}`
 */
export function rewriteLoops(program: unknown): void {
  visitNodes(program, (node) => {
    if (node.type !== 'For') return;
    const { body } = node as { body?: TemplateNode[] };
    const stops = body?.some((statement) => holds(statement, ['Break']));
    const straight = withoutJumps(body ?? []);
    node.body = stops ? unlessStopped(straight) : straight;
  });
  visitNodes(program, ({ type }) => {
    if (type === 'Break' || type === 'Continue')
      throw new Error(
        `{% ${type.toLowerCase()} %} can't be computed where it is: outside of a loop, or in a block`,
      );
  });
}

interface Branches extends TemplateNode {
  body: TemplateNode[];
  alternate: TemplateNode[];
}

function isIf(node: TemplateNode): node is Branches {
  return node.type === 'If';
}

function holds(node: TemplateNode, types: readonly string[]): boolean {
  if (isIf(node)) return [...node.body, ...node.alternate].some((inner) => holds(inner, types));
  return types.includes(node.type);
}

/** The statements and `rest` behind them, which has no jumps any more: branches that both go on share its nodes. */
function withoutJumps(
  statements: readonly TemplateNode[],
  rest: readonly TemplateNode[] = [],
): TemplateNode[] {
  const at = statements.findIndex((statement) => holds(statement, ['Break', 'Continue']));
  const statement = statements[at];
  if (!statement) return [...statements, ...rest];
  const before = statements.slice(0, at);
  if (statement.type === 'Continue') return before;
  if (statement.type === 'Break') return [...before, ...stop()];
  const after = withoutJumps(statements.slice(at + 1), rest);
  if (isIf(statement)) {
    statement.body = withoutJumps(statement.body, after);
    statement.alternate = withoutJumps(statement.alternate, after);
  }
  return [...before, statement];
}

function stop(): TemplateNode[] {
  const statements = statementsOf('{% set x = true %}');
  visitNodes(statements, (node) => {
    if (node.value === 'x') node.value = stopped;
  });
  return statements;
}

function unlessStopped(body: TemplateNode[]): TemplateNode[] {
  const statements = statementsOf('{% if x %}{% endif %}');
  visitNodes(statements, (node) => {
    if (node.value === 'x') node.value = stopped;
    if (isIf(node)) node.alternate = body;
  });
  return statements;
}
