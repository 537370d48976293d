/**
 * WGSL of `reduceSum` and `reduceMax`: of a value of each invocation, over a workgroup of `lanes`. With one lane they
 * give back what they get. Every invocation must come here.
 */
export function reductions(lanes: number): string {
  if (lanes === 1) {
    return `
      fn reduceSum(value: f32) -> f32 { return value; }
      fn reduceMax(value: f32) -> f32 { return value; }`;
  }
  return `
    var<workgroup> partial: array<f32, ${lanes}>;
    ${treeReduction('reduceSum', lanes, 'partial[lane] + partial[lane + width]')}
    ${treeReduction('reduceMax', lanes, 'max(partial[lane], partial[lane + width])')}`;
}

function treeReduction(name: string, lanes: number, combined: string): string {
  return `
    fn ${name}(value: f32) -> f32 {
      let lane = i32(localIndex);
      partial[lane] = value;
      workgroupBarrier();
      for (var width = ${lanes / 2}; width > 0; width /= 2) {
        if (lane < width) { partial[lane] = ${combined}; }
        workgroupBarrier();
      }
      let total = partial[0];
      // Nobody writes the next reduction's values before all have read this one's.
      workgroupBarrier();
      return total;
    }`;
}
