import { type FileType, fileTypes } from './file-types.js';
import { BLOCK_INPUTS, packedFormats } from './packed-format.js';

/** Rows that are repacked together: their words are neighbours, a cache line of them. */
const TILE = 16;

/** A packed matrix: words of a format, [inputs / 32, blockWords, outputs]. */
export interface PackedWords {
  readonly type: FileType;
  readonly words: Uint32Array<ArrayBuffer>;
}

/**
 * Repacks the rows of blocks of a matrix [outputs, inputs] of a quantised type of GGUF.
 *
 * @returns undefined for types that no format holds
 */
export function repack(
  dtype: string,
  [outputs, inputs]: readonly [outputs: number, inputs: number],
  bytes: Uint8Array,
): PackedWords | undefined {
  const type = fileTypes[dtype];
  if (type === undefined) return undefined;
  const { format, blockInputs, blockHalves } = type;
  const rowBlocks = inputs / blockInputs;
  const wordsOfBlock = (blockInputs / BLOCK_INPUTS) * packedFormats[format].blockWords;
  const halves = halvesOf(bytes);
  const words = new Uint32Array(outputs * rowBlocks * wordsOfBlock);
  const tile = new Uint32Array(TILE * wordsOfBlock);
  for (let row = 0; row < outputs; row += TILE) {
    const count = Math.min(TILE, outputs - row);
    for (let block = 0; block < rowBlocks; block++) {
      for (let r = 0; r < count; r++) {
        type.repack(halves, ((row + r) * rowBlocks + block) * blockHalves, tile, r * wordsOfBlock);
      }
      for (let word = 0; word < wordsOfBlock; word++) {
        const to = (block * wordsOfBlock + word) * outputs + row;
        for (let r = 0; r < count; r++) words[to + r] = tile[r * wordsOfBlock + word]!;
      }
    }
  }
  return { type, words };
}

/** Blocks of all types are whole numbers of 16-bit units, and not of larger ones. */
function halvesOf(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}
