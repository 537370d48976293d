/** Inputs of a block, in every format. */
export const BLOCK_INPUTS = 32;

/** Numbers of a block that are read together, as two vectors. */
export const BLOCK_EIGHTHS = BLOCK_INPUTS / 8;

/**
 * How the GPU keeps the weights of 32 consecutive inputs of a column: as 32-bit words. A matrix is an array
 * [inputs / 32, blockWords, outputs] of them, so that neighbouring columns have neighbouring words.
 */
export interface PackedFormat {
  /** A name for keys of kernels. */
  readonly name: string;
  readonly blockWords: number;
  /** WGSL: fields of what the words at a block's head say. */
  readonly headFields: string;
  /** WGSL: the head from `word(0)`, `word(1)`, … */
  readonly head: string;
  /** WGSL: the numbers of the inputs 4 i … 4 i + 3 and 16 + 4 i … 16 + 4 i + 3, by `head`, `word` and `i` (below 4). */
  readonly eighth: string;
}

/** The four bytes of a word that hold small numbers, as floats. */
const BYTES = 'vec4<u32>(0u, 8u, 16u, 24u)';
const NIBBLES = {
  low: (word: string) => `vec4<f32>((vec4<u32>(${word}) >> ${BYTES}) & vec4<u32>(15u))`,
  high: (word: string) => `vec4<f32>((vec4<u32>(${word}) >> (${BYTES} + 4u)) & vec4<u32>(15u))`,
};

/** 4 bits and a half-float scale: scale · (q − 8). Q4_0. */
const symmetricNibbles: PackedFormat = {
  name: 'symmetricNibbles',
  blockWords: 5,
  headFields: 'scale: f32',
  head: 'unpack2x16float(word(0)).x',
  eighth: `
    let nibbles = word(1 + i);
    return mat2x4<f32>(head.scale * (${NIBBLES.low('nibbles')} - 8.0), head.scale * (${NIBBLES.high('nibbles')} - 8.0));`,
};

/** 4 bits, a half-float scale and a half-float minimum: scale · q + minimum. Q4_1. */
const nibbles: PackedFormat = {
  name: 'nibbles',
  blockWords: 5,
  headFields: 'scales: vec2<f32>',
  head: 'unpack2x16float(word(0))',
  eighth: `
    let nibbles = word(1 + i);
    return mat2x4<f32>(
      head.scales.x * ${NIBBLES.low('nibbles')} + head.scales.y,
      head.scales.x * ${NIBBLES.high('nibbles')} + head.scales.y);`,
};

/** 4 bits, a float32 scale and a float32 minimum, which products of half floats and 6-bit integers need. Q4_K. */
const wideNibbles: PackedFormat = {
  name: 'wideNibbles',
  blockWords: 6,
  headFields: 'scale: f32, minimum: f32',
  head: 'bitcast<f32>(word(0)), bitcast<f32>(word(1))',
  eighth: `
    let nibbles = word(2 + i);
    return mat2x4<f32>(
      head.scale * ${NIBBLES.low('nibbles')} + head.minimum,
      head.scale * ${NIBBLES.high('nibbles')} + head.minimum);`,
};

/**
 * 5 bits and a half-float scale: scale · (q − 16). Bit i of each byte of the second word is the fifth of a low nibble of word 2 + i, bit
 * 4 + i that of a high one, so that one shift brings all of them to their places. Q5_0.
 */
const fives: PackedFormat = {
  name: 'fives',
  blockWords: 6,
  headFields: 'scale: f32, fifths: u32',
  head: 'unpack2x16float(word(0)).x, word(1)',
  eighth: `
    let nibbles = word(2 + i);
    let fifths = head.fifths >> u32(i);
    let low = (nibbles & 0x0f0f0f0fu) | ((fifths & 0x01010101u) << 4u);
    let high = ((nibbles >> 4u) & 0x0f0f0f0fu) | (fifths & 0x10101010u);
    return mat2x4<f32>(
      head.scale * (vec4<f32>((vec4<u32>(low) >> ${BYTES}) & vec4<u32>(31u)) - 16.0),
      head.scale * (vec4<f32>((vec4<u32>(high) >> ${BYTES}) & vec4<u32>(31u)) - 16.0));`,
};

/**
 * 8 bits, signed, and for each 16 of them a scale that is a half float times a signed byte: scale · byte · q. Q8_0, whose bytes are 1,
 * and Q6_K.
 */
const bytes: PackedFormat = {
  name: 'bytes',
  blockWords: 9,
  headFields: 'scales: vec2<f32>',
  head: 'unpack2x16float(word(0)).x * vec2<f32>((vec2<i32>(i32(word(0))) << vec2<u32>(8u, 0u)) >> vec2<u32>(24u))',
  eighth: `
    let low = vec4<i32>(i32(word(1 + i))) << vec4<u32>(24u, 16u, 8u, 0u);
    let high = vec4<i32>(i32(word(5 + i))) << vec4<u32>(24u, 16u, 8u, 0u);
    return mat2x4<f32>(
      head.scales.x * vec4<f32>(low >> vec4<u32>(24u)),
      head.scales.y * vec4<f32>(high >> vec4<u32>(24u)));`,
};

export const packedFormats = { symmetricNibbles, nibbles, wideNibbles, fives, bytes } as const;

export type PackedFormatName = keyof typeof packedFormats;
