import util from 'node:util';

/** Puts back what Node 23 removed from `util` and tfjs-node 4.22.0 still calls. */
export function restoreRemovedNodeFunctions(): void {
  const functions = util as unknown as Record<string, unknown>;
  functions.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  functions.isArray ??= Array.isArray;
}
