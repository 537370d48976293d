import { Template } from '@huggingface/jinja';

/** A node of a parsed template, of which the library declares no types that resolve under NodeNext. */
export interface TemplateNode {
  readonly type: string;
  [field: string]: unknown;
}

/** The statements of a template's source. */
export function parsedStatements(template: Template): TemplateNode[] {
  const program: unknown = template.parsed;
  return childrenOf(program);
}

/** Calls `visit` once with every node below a value, the inner ones first. */
export function visitNodes(value: unknown, visit: (node: TemplateNode) => void, visited = new Set()): void {
  for (const child of childrenOf(value)) {
    if (visited.has(child)) continue;
    visited.add(child);
    visitNodes(child, visit, visited);
    visit(child);
  }
}

function childrenOf(value: unknown): TemplateNode[] {
  if (isNode(value)) return Object.values(value).flatMap(nodesOf);
  return nodesOf(value);
}

function nodesOf(value: unknown): TemplateNode[] {
  if (isNode(value)) return [value];
  if (value instanceof Map) return [...value].flat().flatMap(nodesOf);
  return Array.isArray(value) ? value.flatMap(nodesOf) : [];
}

function isNode(value: unknown): value is TemplateNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Statements written in Jinja, to be changed. */
export function statementsOf(source: string): TemplateNode[] {
  return parsedStatements(new Template(source));
}
