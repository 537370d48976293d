import type { Components } from './kernel.js';
import { reductions } from './reduction.js';

/** Invocations that share a row where a workgroup has one; a power of 2. */
const SHARED_LANES = 64;
/** Rows of a workgroup where each invocation has one; few, so that a decoding step's few rows don't leave most idle. */
const ROWS_A_GROUP = 16;

/** How a kernel over rows divides them: an invocation a row, or a workgroup a row. */
export interface RowLayout {
  readonly unit: 'lanes' | 'groups';
  readonly workgroupSize: number;
  /** WGSL: `LANES`, reductions over a row's invocations, and `f32v`, the type of `components` numbers. */
  readonly declarations: string;
  /** WGSL: the head of main, with the constants `row` (below uniforms.rows) and `lane`. */
  readonly main: string;
}

/**
 * The layout of kernels that reduce over rows. `main` never returns early where invocations meet at barriers: spare workgroups
 * compute the last row once more.
 */
export function rowLayout(parallel: boolean, components: Components): RowLayout {
  const lanes = parallel ? SHARED_LANES : 1;
  const declarations = `
    const LANES = ${lanes};
    ${vectorType(components)}
    ${reductions(lanes)}`;
  if (!parallel) {
    const main = `
      fn main(index: i32) {
        if (index >= uniforms.rows) { return; }
        let row = index;
        let lane = 0;`;
    return { unit: 'lanes', workgroupSize: ROWS_A_GROUP, declarations, main };
  }
  const main = `
    fn main() {
      let group = i32(workgroupId.y * numWorkgroups.x + workgroupId.x);
      let row = min(group, uniforms.rows - 1);
      let lane = i32(localIndex);`;
  return { unit: 'groups', workgroupSize: SHARED_LANES, declarations, main };
}

/** WGSL: `f32v`, the type of `components` numbers, and `total` and `largest` of them. */
export function vectorType(components: Components): string {
  if (components === 1) {
    return `
      alias f32v = f32;
      fn total(v: f32v) -> f32 { return v; }
      fn largest(v: f32v) -> f32 { return v; }`;
  }
  if (components === 2) {
    return `
      alias f32v = vec2<f32>;
      fn total(v: f32v) -> f32 { return v.x + v.y; }
      fn largest(v: f32v) -> f32 { return max(v.x, v.y); }`;
  }
  return `
    alias f32v = vec4<f32>;
    fn total(v: f32v) -> f32 { return (v.x + v.y) + (v.z + v.w); }
    fn largest(v: f32v) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }`;
}

/** The most numbers that a kernel can take at a time from rows of all of these sizes. */
export function componentsFor(...sizes: readonly number[]): 1 | 4 {
  return sizes.every((size) => size % 4 === 0) ? 4 : 1;
}
