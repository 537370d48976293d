import { halfFloatTable } from './half-floats.js';

/**
 * How a dtype is stored: `blockBytes` bytes hold `blockElements` values of a row, and `decode` turns whole blocks into
 * float32. Plain dtypes are blocks of one value.
 *
 * The block layouts are ggml's (ggml-common.h, ggml-quants.c); products are rounded to float32 before the sum, as the
 * Python package gguf does, so results agree with it bit by bit.
 */
export interface TensorCodec {
  readonly blockElements: number;
  readonly blockBytes: number;
  /** Decodes `blocks` blocks at the start of `bytes` to `out[at…]`. */
  decode(bytes: Uint8Array, blocks: number, out: Float32Array, at: number): void;
}

const QK = 256;

function decodeF32(bytes: Uint8Array, blocks: number, out: Float32Array, at: number): void {
  new Uint8Array(out.buffer, out.byteOffset + at * 4, blocks * 4).set(bytes.subarray(0, blocks * 4));
}

function decodeF16(bytes: Uint8Array, blocks: number, out: Float32Array, at: number): void {
  const half = halfFloatTable();
  for (let i = 0; i < blocks; i++) out[at + i] = half[bytes[2 * i]! | (bytes[2 * i + 1]! << 8)]!;
}

function decodeBF16(bytes: Uint8Array, blocks: number, out: Float32Array, at: number): void {
  const bits = new Uint32Array(out.buffer, out.byteOffset + at * 4, blocks);
  for (let i = 0; i < blocks; i++) bits[i] = (bytes[2 * i]! << 16) | (bytes[2 * i + 1]! << 24);
}

function decodeQ4_0(bytes: Uint8Array, blocks: number, out: Float32Array, at: number): void {
  const half = halfFloatTable();
  for (let b = 0, p = 0, o = at; b < blocks; b++, p += 18, o += 32) {
    const d = half[bytes[p]! | (bytes[p + 1]! << 8)]!;
    for (let j = 0; j < 16; j++) {
      const q = bytes[p + 2 + j]!;
      out[o + j] = d * ((q & 15) - 8);
      out[o + 16 + j] = d * ((q >> 4) - 8);
    }
  }
}

function decodeQ4_1(bytes: Uint8Array, blocks: number, out: Float32Array, at: number): void {
  const half = halfFloatTable();
  for (let b = 0, p = 0, o = at; b < blocks; b++, p += 20, o += 32) {
    const d = half[bytes[p]! | (bytes[p + 1]! << 8)]!;
    const m = half[bytes[p + 2]! | (bytes[p + 3]! << 8)]!;
    for (let j = 0; j < 16; j++) {
      const q = bytes[p + 4 + j]!;
      out[o + j] = Math.fround(d * (q & 15)) + m;
      out[o + 16 + j] = Math.fround(d * (q >> 4)) + m;
    }
  }
}

function decodeQ5_0(bytes: Uint8Array, blocks: number, out: Float32Array, at: number): void {
  const half = halfFloatTable();
  for (let b = 0, p = 0, o = at; b < blocks; b++, p += 22, o += 32) {
    const d = half[bytes[p]! | (bytes[p + 1]! << 8)]!;
    const high = bytes[p + 2]! | (bytes[p + 3]! << 8) | (bytes[p + 4]! << 16) | (bytes[p + 5]! << 24);
    for (let j = 0; j < 16; j++) {
      const q = bytes[p + 6 + j]!;
      out[o + j] = d * (((q & 15) | (((high >>> j) & 1) << 4)) - 16);
      out[o + 16 + j] = d * (((q >> 4) | (((high >>> (j + 16)) & 1) << 4)) - 16);
    }
  }
}

function decodeQ5_1(bytes: Uint8Array, blocks: number, out: Float32Array, at: number): void {
  const half = halfFloatTable();
  for (let b = 0, p = 0, o = at; b < blocks; b++, p += 24, o += 32) {
    const d = half[bytes[p]! | (bytes[p + 1]! << 8)]!;
    const m = half[bytes[p + 2]! | (bytes[p + 3]! << 8)]!;
    const high = bytes[p + 4]! | (bytes[p + 5]! << 8) | (bytes[p + 6]! << 16) | (bytes[p + 7]! << 24);
    for (let j = 0; j < 16; j++) {
      const q = bytes[p + 8 + j]!;
      out[o + j] = Math.fround(d * ((q & 15) | (((high >>> j) & 1) << 4))) + m;
      out[o + 16 + j] = Math.fround(d * ((q >> 4) | (((high >>> (j + 16)) & 1) << 4))) + m;
    }
  }
}

function decodeQ8_0(bytes: Uint8Array, blocks: number, out: Float32Array, at: number): void {
  const half = halfFloatTable();
  for (let b = 0, p = 0, o = at; b < blocks; b++, p += 34, o += 32) {
    const d = half[bytes[p]! | (bytes[p + 1]! << 8)]!;
    for (let j = 0; j < 32; j++) out[o + j] = d * ((bytes[p + 2 + j]! << 24) >> 24);
  }
}

/** The 6-bit scale of sub-block `j` (0 to 7) among the 12 bytes at `p` that Q4_K and Q5_K pack scales and minima in. */
function scaleK(bytes: Uint8Array, p: number, j: number): number {
  return j < 4 ? bytes[p + j]! & 63 : (bytes[p + j + 4]! & 15) | ((bytes[p + j - 4]! >> 6) << 4);
}

/** The 6-bit minimum of sub-block `j`, packed beside the scales. */
function minimumK(bytes: Uint8Array, p: number, j: number): number {
  return j < 4 ? bytes[p + j + 4]! & 63 : (bytes[p + j + 4]! >> 4) | ((bytes[p + j]! >> 6) << 4);
}

function decodeQ4_K(bytes: Uint8Array, blocks: number, out: Float32Array, at: number): void {
  const half = halfFloatTable();
  for (let b = 0, p = 0, o = at; b < blocks; b++, p += 144, o += QK) {
    const d = half[bytes[p]! | (bytes[p + 1]! << 8)]!;
    const dMin = half[bytes[p + 2]! | (bytes[p + 3]! << 8)]!;
    for (let j = 0; j < 8; j++) {
      const scale = Math.fround(d * scaleK(bytes, p + 4, j));
      const minimum = Math.fround(dMin * minimumK(bytes, p + 4, j));
      const quants = p + 16 + (j >> 1) * 32;
      const shift = (j & 1) * 4;
      for (let l = 0; l < 32; l++) {
        out[o + j * 32 + l] = Math.fround(scale * ((bytes[quants + l]! >> shift) & 15)) - minimum;
      }
    }
  }
}

function decodeQ5_K(bytes: Uint8Array, blocks: number, out: Float32Array, at: number): void {
  const half = halfFloatTable();
  for (let b = 0, p = 0, o = at; b < blocks; b++, p += 176, o += QK) {
    const d = half[bytes[p]! | (bytes[p + 1]! << 8)]!;
    const dMin = half[bytes[p + 2]! | (bytes[p + 3]! << 8)]!;
    for (let j = 0; j < 8; j++) {
      const scale = Math.fround(d * scaleK(bytes, p + 4, j));
      const minimum = Math.fround(dMin * minimumK(bytes, p + 4, j));
      const quants = p + 48 + (j >> 1) * 32;
      const shift = (j & 1) * 4;
      for (let l = 0; l < 32; l++) {
        const q = ((bytes[quants + l]! >> shift) & 15) | (((bytes[p + 16 + l]! >> j) & 1) << 4);
        out[o + j * 32 + l] = Math.fround(scale * q) - minimum;
      }
    }
  }
}

function decodeQ6_K(bytes: Uint8Array, blocks: number, out: Float32Array, at: number): void {
  const half = halfFloatTable();
  for (let b = 0, p = 0, o = at; b < blocks; b++, p += 210, o += QK) {
    const d = half[bytes[p + 208]! | (bytes[p + 209]! << 8)]!;
    for (let group = 0; group < 16; group++) {
      // 16 values share a scale. Each half of the block (8 groups) has 64 bytes of low nibbles and 32 of high pairs.
      const scale = Math.fround(d * ((bytes[p + 192 + group]! << 24) >> 24));
      const quarter = (group >> 1) & 3;
      const within = (group & 1) * 16;
      const low = p + (group >> 3) * 64 + (quarter & 1) * 32 + within;
      const lowShift = (quarter >> 1) * 4;
      const high = p + 128 + (group >> 3) * 32 + within;
      for (let l = 0; l < 16; l++) {
        const q = ((bytes[low + l]! >> lowShift) & 15) | (((bytes[high + l]! >> (quarter * 2)) & 3) << 4);
        out[o + group * 16 + l] = scale * (q - 32);
      }
    }
  }
}

/** Every dtype whose values can be read, by its name in safetensors and in GGUF. */
export const tensorCodecs: ReadonlyMap<string, TensorCodec> = new Map([
  ['F32', { blockElements: 1, blockBytes: 4, decode: decodeF32 }],
  ['F16', { blockElements: 1, blockBytes: 2, decode: decodeF16 }],
  ['BF16', { blockElements: 1, blockBytes: 2, decode: decodeBF16 }],
  ['Q4_0', { blockElements: 32, blockBytes: 18, decode: decodeQ4_0 }],
  ['Q4_1', { blockElements: 32, blockBytes: 20, decode: decodeQ4_1 }],
  ['Q5_0', { blockElements: 32, blockBytes: 22, decode: decodeQ5_0 }],
  ['Q5_1', { blockElements: 32, blockBytes: 24, decode: decodeQ5_1 }],
  ['Q8_0', { blockElements: 32, blockBytes: 34, decode: decodeQ8_0 }],
  ['Q4_K', { blockElements: QK, blockBytes: 144, decode: decodeQ4_K }],
  ['Q5_K', { blockElements: QK, blockBytes: 176, decode: decodeQ5_K }],
  ['Q6_K', { blockElements: QK, blockBytes: 210, decode: decodeQ6_K }],
]);
