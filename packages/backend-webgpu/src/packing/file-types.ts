import { floatBits, halfFloat } from './float-bits.js';
import type { PackedFormatName } from './packed-format.js';

/** A quantised type of GGUF files, and how its blocks become those of a format. */
export interface FileType {
  readonly format: PackedFormatName;
  /** Inputs of a block in the file: 32, or 256 in the K types. */
  readonly blockInputs: number;
  /** 16-bit units of a block in the file. */
  readonly blockHalves: number;
  /** Writes the words of the block at `from` to `words[to…]`, block by block of the format. */
  repack(halves: Uint16Array, from: number, words: Uint32Array, to: number): void;
}

const FOUR_LOW_NIBBLES = 0x0f0f0f0f;
const K_BLOCKS = 8;

/** Two neighbouring units as a word: files and hosts are little-endian. */
function wordAt(halves: Uint16Array, from: number): number {
  return halves[from]! | (halves[from + 1]! << 16);
}

function copyWords(halves: Uint16Array, from: number, words: Uint32Array, to: number, count: number): void {
  for (let i = 0; i < count; i++) words[to + i] = wordAt(halves, from + 2 * i);
}

/** Scale, then nibbles: bytes hold inputs 0 to 15 in their low and 16 to 31 in their high halves, as the format does. */
function repackQ4_0(halves: Uint16Array, from: number, words: Uint32Array, to: number): void {
  words[to] = halves[from]!;
  copyWords(halves, from + 1, words, to + 1, 4);
}

/** Scale and minimum, then nibbles as in Q4_0: the file's own words. */
function repackQ4_1(halves: Uint16Array, from: number, words: Uint32Array, to: number): void {
  copyWords(halves, from, words, to, 5);
}

/** Scale, fifth bits in the order of the inputs, nibbles as in Q4_0. */
function repackQ5_0(halves: Uint16Array, from: number, words: Uint32Array, to: number): void {
  words[to] = halves[from]!;
  const fifths = wordAt(halves, from + 1);
  let spread = 0;
  for (let i = 0; i < 4; i++) {
    spread |= spreadBits(fifths >>> (4 * i)) << i;
    spread |= spreadBits(fifths >>> (16 + 4 * i)) << (4 + i);
  }
  words[to + 1] = spread;
  copyWords(halves, from + 3, words, to + 2, 4);
}

/** The lowest four bits, one in each byte. */
function spreadBits(bits: number): number {
  return (bits & 1) | ((bits & 2) << 7) | ((bits & 4) << 14) | ((bits & 8) << 21);
}

/** Scale, then bytes. */
function repackQ8_0(halves: Uint16Array, from: number, words: Uint32Array, to: number): void {
  words[to] = halves[from]! | 0x01010000;
  copyWords(halves, from + 1, words, to + 1, 8);
}

/**
 * Half-float scale and minimum, eight 6-bit scales and minima in 12 bytes, then nibbles: the low halves of 32 bytes are one part of 32
 * inputs, the high halves the next.
 */
function repackQ4_K(halves: Uint16Array, from: number, words: Uint32Array, to: number): void {
  const [scale, minimum] = [halfFloat(halves[from]!), halfFloat(halves[from + 1]!)];
  const byte = (i: number) => (halves[from + 2 + (i >> 1)]! >> ((i & 1) * 8)) & 255;
  for (let part = 0, at = to; part < K_BLOCKS; part++, at += 6) {
    const isLow = part < 4;
    const scale6 = isLow ? byte(part) & 63 : (byte(part + 4) & 15) | ((byte(part - 4) >> 6) << 4);
    const minimum6 = isLow ? byte(part + 4) & 63 : (byte(part + 4) >> 4) | ((byte(part) >> 6) << 4);
    words[at] = floatBits(scale * scale6);
    words[at + 1] = floatBits(-minimum * minimum6);
    const quants = from + 8 + (part >> 1) * 16;
    const shift = (part & 1) * 4;
    for (let i = 0; i < 4; i++) {
      const first = (wordAt(halves, quants + 2 * i) >>> shift) & FOUR_LOW_NIBBLES;
      const second = (wordAt(halves, quants + 8 + 2 * i) >>> shift) & FOUR_LOW_NIBBLES;
      words[at + 2 + i] = first | (second << 4);
    }
  }
}

/**
 * Low nibbles (128 bytes), pairs of high bits (64), a signed byte for each 16 inputs, a half-float scale; of each half of the block, four
 * parts of 32 inputs share bytes. A number is its six bits − 32.
 */
function repackQ6_K(halves: Uint16Array, from: number, words: Uint32Array, to: number): void {
  for (let part = 0, at = to; part < K_BLOCKS; part++, at += 9) {
    const [half, quarter] = [part >> 2, part & 3];
    words[at] = halves[from + 104]! | (halves[from + 96 + part]! << 16);
    const low = from + half * 32 + (quarter & 1) * 16;
    const high = from + 64 + half * 16;
    for (let i = 0; i < 8; i++) {
      const nibbles = (wordAt(halves, low + 2 * i) >>> ((quarter >> 1) * 4)) & FOUR_LOW_NIBBLES;
      const pairs = (wordAt(halves, high + 2 * i) >>> (quarter * 2)) & 0x03030303;
      // Where the highest bit is missing, the number is below 0, and its byte's two highest bits are set.
      const turned = (nibbles | (pairs << 4)) ^ 0x20202020;
      const negative = turned & 0x20202020;
      words[at + 1 + i] = turned | (negative << 1) | (negative << 2);
    }
  }
}

/** By GGUF's name; layouts are ggml's (ggml-common.h). */
export const fileTypes: Readonly<Record<string, FileType>> = {
  Q4_0: { format: 'symmetricNibbles', blockInputs: 32, blockHalves: 9, repack: repackQ4_0 },
  Q4_1: { format: 'nibbles', blockInputs: 32, blockHalves: 10, repack: repackQ4_1 },
  Q5_0: { format: 'fives', blockInputs: 32, blockHalves: 11, repack: repackQ5_0 },
  Q8_0: { format: 'bytes', blockInputs: 32, blockHalves: 17, repack: repackQ8_0 },
  Q4_K: { format: 'wideNibbles', blockInputs: 256, blockHalves: 72, repack: repackQ4_K },
  Q6_K: { format: 'bytes', blockInputs: 256, blockHalves: 105, repack: repackQ6_K },
};
