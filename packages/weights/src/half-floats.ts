let table: Float32Array | undefined;

/** All 65,536 IEEE 754 half floats as float32, indexed by their bits: one look-up decodes a value. */
export function halfFloatTable(): Float32Array {
  if (table) return table;
  const floats = new Float32Array(65536);
  const bits = new Uint32Array(floats.buffer);
  for (let half = 0; half < 65536; half++) {
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 31;
    const fraction = half & 0x3ff;
    if (exponent === 0) floats[half] = (sign ? -1 : 1) * fraction * 2 ** -24;
    else bits[half] = (sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13)) >>> 0;
  }
  table = floats;
  return floats;
}
