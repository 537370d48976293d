import { Node } from 'ts-morph';
import { isPlain, UNKNOWN } from './unknown.js';

/** The value of a literal without parts; nothing for any other expression. */
export function literalValue(node: Node): { readonly value: unknown } | undefined {
  if (Node.isNumericLiteral(node)) return { value: Number(node.getLiteralValue()) };
  if (Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node)) {
    return { value: node.getLiteralValue() };
  }
  if (Node.isTrueLiteral(node) || Node.isFalseLiteral(node)) return { value: node.getLiteralValue() };
  return Node.isNullLiteral(node) ? { value: null } : undefined;
}

/** The value of a member; of what the DSL made, values but no methods. */
export function memberOf(holder: unknown, key: unknown): unknown {
  if (holder === UNKNOWN || holder === undefined || holder === null || key === UNKNOWN) return UNKNOWN;
  if (Array.isArray(holder))
    return key === 'length' || typeof key === 'number' ? holder[key as number] : UNKNOWN;
  if (typeof holder === 'string') return key === 'length' ? holder.length : UNKNOWN;
  if (typeof holder !== 'object') return UNKNOWN;
  if (isPlain(holder)) return Object.hasOwn(holder, String(key)) ? holder[String(key)] : undefined;
  const value = (holder as Record<string, unknown>)[String(key)];
  return typeof value === 'function' ? UNKNOWN : value;
}
