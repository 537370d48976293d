import type { AnyNode } from '../ir/graph.js';

/** Whether pictures of a graph show a node: weights and constants are left out. */
export function isDrawn({ op }: AnyNode): boolean {
  return op !== 'parameter' && op !== 'constant';
}
