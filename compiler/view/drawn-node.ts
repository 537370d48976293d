import type { AnyNode } from '../ir/graph.js';

/** Whether pictures of a graph show a node: weights and constants are left out. */
export function isDrawn({ op }: AnyNode): boolean {
  return op !== 'parameter' && op !== 'constant';
}

/** A node's name without the layer that it belongs to: `attention.queries`, `cache.attention.keys`. */
export function localName(node: AnyNode): string {
  return node.name.replace(/(^|\.)layers\.\d+\./, '$1');
}
