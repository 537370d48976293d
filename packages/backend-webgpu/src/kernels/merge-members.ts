/** Above this |cos| two states are close to parallel or opposite, and linear interpolation takes over. */
const LINEAR_ABOVE = 0.9995;

export const MERGE_UNIFORMS = { rows: 'i32', vectors: 'i32', slots: 'i32', tokens: 'i32' } as const;

/**
 * WGSL: where the members of a slot lie, and what is computed of them. Every invocation of a row must come to these
 * functions, since they may meet at barriers. States are divided by their largest magnitude before they are squared, so that squares
 * neither overflow nor vanish.
 */
export const MEMBER_FUNCTIONS = `
  const LINEAR_ABOVE = ${LINEAR_ABOVE};
  // Divisor for states that are all zero; any other state is larger after rescaling.
  const TINY = 1e-30;
  // Starts of the members in x, or 0; which there are.
  struct Slot { left: i32, right: i32, hasLeft: bool, hasRight: bool }
  fn slotOf(row: i32) -> Slot {
    let first = row / uniforms.slots * uniforms.tokens;
    let left = plan[row * 3];
    let right = plan[row * 3 + 1];
    return Slot((first + max(left, 0)) * uniforms.vectors, (first + max(right, 0)) * uniforms.vectors,
      left >= 0, right >= 0);
  }
  // The largest magnitude of a state, its norm divided by that, and their product.
  struct Norm { scale: f32, unit: f32, whole: f32 }
  fn normOf(start: i32, lane: i32) -> Norm {
    var most = f32v(0.0);
    for (var i = lane; i < uniforms.vectors; i += LANES) { most = max(most, abs(x[start + i])); }
    let scale = max(reduceMax(largest(most)), TINY);
    var squares = f32v(0.0);
    for (var i = lane; i < uniforms.vectors; i += LANES) {
      let value = x[start + i] / scale;
      squares += value * value;
    }
    let unit = sqrt(reduceSum(total(squares)));
    return Norm(scale, unit, unit * scale);
  }
  // The cosine, clamped; 1, which means linear interpolation, where a member is zero.
  fn cosineOf(slot: Slot, left: Norm, right: Norm, lane: i32) -> f32 {
    var products = f32v(0.0);
    for (var i = lane; i < uniforms.vectors; i += LANES) {
      products += (x[slot.left + i] / left.scale) * (x[slot.right + i] / right.scale);
    }
    let product = reduceSum(total(products));
    let norms = left.unit * right.unit;
    return select(clamp(product / max(norms, TINY), -1.0, 1.0), 1.0, norms <= TINY);
  }`;
