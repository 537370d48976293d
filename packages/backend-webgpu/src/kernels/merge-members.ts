import { LEAST_DIVISOR, LINEAR_ABOVE } from '@geodesic/backend';

export const MERGE_UNIFORMS = { rows: 'i32', vectors: 'i32', slots: 'i32', tokens: 'i32' } as const;

/** How many members the slots of a plan [B, M, members + 1] have. */
export function membersOf(plan: { readonly shape: readonly number[] }): number {
  return (plan.shape[2] as number) - 1;
}

/**
 * WGSL: where the members of a slot lie, and what is computed of them. Every invocation of a row must come to these
 * functions, since they may meet at barriers. States are divided by their largest magnitude before they are squared, so that squares
 * neither overflow nor vanish.
 */
export const memberFunctions = (members: number) => `
  const MEMBERS = ${members};
  const PAIRS = ${(members * (members - 1)) / 2}.0;
  const LINEAR_ABOVE = ${LINEAR_ABOVE};
  const LEAST_DIVISOR = ${LEAST_DIVISOR};
  // Starts of the members in x, or of the row's first token; that of the last one that there is, or -1; whether there are all.
  struct Slot { starts: array<i32, MEMBERS>, single: i32, isGroup: bool }
  fn slotOf(row: i32) -> Slot {
    let first = row / uniforms.slots * uniforms.tokens;
    var slot: Slot;
    slot.single = -1;
    slot.isGroup = true;
    for (var m = 0; m < MEMBERS; m++) {
      let token = plan[row * (MEMBERS + 1) + m];
      slot.starts[m] = (first + max(token, 0)) * uniforms.vectors;
      slot.single = select(slot.single, slot.starts[m], token >= 0);
      slot.isGroup = slot.isGroup && token >= 0;
    }
    return slot;
  }
  // The largest magnitude of a state, its norm divided by that, and their product.
  struct Norm { scale: f32, unit: f32, whole: f32 }
  fn normOf(start: i32, lane: i32) -> Norm {
    var most = f32v(0.0);
    for (var i = lane; i < uniforms.vectors; i += LANES) { most = max(most, abs(x[start + i])); }
    let scale = max(reduceMax(largest(most)), LEAST_DIVISOR);
    var squares = f32v(0.0);
    for (var i = lane; i < uniforms.vectors; i += LANES) {
      let value = x[start + i] / scale;
      squares += value * value;
    }
    let unit = sqrt(reduceSum(total(squares)));
    return Norm(scale, unit, unit * scale);
  }
  // The cosine, clamped; 1, which means linear interpolation, where a member is zero.
  fn cosineOf(leftStart: i32, rightStart: i32, left: Norm, right: Norm, lane: i32) -> f32 {
    var products = f32v(0.0);
    for (var i = lane; i < uniforms.vectors; i += LANES) {
      products += (x[leftStart + i] / left.scale) * (x[rightStart + i] / right.scale);
    }
    let product = reduceSum(total(products));
    let norms = left.unit * right.unit;
    return select(clamp(product / max(norms, LEAST_DIVISOR), -1.0, 1.0), 1.0, norms <= LEAST_DIVISOR);
  }
  alias Norms = array<Norm, MEMBERS>;
  fn normsOf(slot: Slot, lane: i32) -> Norms {
    var norms: Norms;
    for (var m = 0; m < MEMBERS; m++) { norms[m] = normOf(slot.starts[m], lane); }
    return norms;
  }
  // The mean cosine of the pairs of a group.
  fn meanCosine(slot: Slot, norms: Norms, lane: i32) -> f32 {
    var sum = 0.0;
    for (var a = 0; a < MEMBERS - 1; a++) {
      for (var b = a + 1; b < MEMBERS; b++) {
        sum += cosineOf(slot.starts[a], slot.starts[b], norms[a], norms[b], lane);
      }
    }
    return sum / PAIRS;
  }
  fn largestNorm(norms: Norms) -> f32 {
    var most = norms[0].whole;
    for (var m = 1; m < MEMBERS; m++) { most = max(most, norms[m].whole); }
    return most;
  }
  fn sumOf(slot: Slot, i: i32) -> f32v {
    var sum = x[slot.starts[0] + i];
    for (var m = 1; m < MEMBERS; m++) { sum += x[slot.starts[m] + i]; }
    return sum;
  }`;
