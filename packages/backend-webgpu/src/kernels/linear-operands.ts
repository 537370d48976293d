import type { Components, Kernel } from './kernel.js';

/** A kernel of linear, and the size of the blocks of its result that a workgroup computes. */
export interface LinearKernel {
  readonly kernel: Kernel;
  /** Vectors of `components` columns. */
  readonly columnVectors: number;
  readonly rows: number;
}

/** What the products are added to: the bias, or what the result already holds. */
export type LinearAddend = 'none' | 'bias' | 'result';

/** The window [first, first + count) of the inputs; columns count vectors. */
export const LINEAR_UNIFORMS = {
  rows: 'i32',
  inputs: 'i32',
  first: 'i32',
  count: 'i32',
  columns: 'i32',
} as const;

/** Bindings of a kernel of linear. */
export function linearInputs(
  components: Components,
  addend: LinearAddend,
): Readonly<Record<string, Components>> {
  return { x: 1, weight: components, ...(addend === 'bias' && { bias: components }) };
}

/** WGSL: ` + ` what is added to a sum of products. */
export function plusAddend(addend: LinearAddend, place: string, column: string): string {
  switch (addend) {
    case 'none':
      return '';
    case 'bias':
      return ` + bias[${column}]`;
    case 'result':
      return ` + result[${place}]`;
  }
}
