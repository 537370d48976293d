/**
 * A built-in module of Node, or undefined in a browser.
 *
 * Not an import: a bundler for the browser would stop at `node:fs`, even where it is never reached.
 */
export function nodeBuiltin(name: 'node:fs'): typeof import('node:fs') | undefined;
export function nodeBuiltin(name: 'node:os'): typeof import('node:os') | undefined;
export function nodeBuiltin(name: 'node:path'): typeof import('node:path') | undefined;
export function nodeBuiltin(name: string): object | undefined {
  return globalThis.process?.getBuiltinModule?.(name);
}
