import { type PackedFormatName, packedFormats } from './packed-format.js';

/**
 * WGSL functions that read blocks of a packed weight from the binding `binding`, an array of i32. `place` is where a block's first word
 * is, `stride` how far apart its words are: the weight's columns. For the binding `weight`:
 *
 * - `weightHead(place, stride)`: what is read once a block,
 * - `weightEighth(head, place, stride, i) -> mat2x4<f32>`: the numbers of its inputs 4 i … 4 i + 3 and 16 + 4 i … 16 + 4 i + 3, for i below 4.
 */
export function weightReader(formatName: PackedFormatName, binding = 'weight'): string {
  const { headFields, head, eighth } = packedFormats[formatName];
  const struct = `${binding[0]?.toUpperCase()}${binding.slice(1)}Head`;
  return `
    struct ${struct} { ${headFields} }
    fn ${binding}Head(place: i32, stride: i32) -> ${struct} {
      return ${struct}(${wordsOf(head, binding)});
    }
    fn ${binding}Eighth(head: ${struct}, place: i32, stride: i32, i: i32) -> mat2x4<f32> {
      ${wordsOf(eighth, binding)}
    }`;
}

/** Puts the places of words in for `word(n)`. */
function wordsOf(code: string, binding: string): string {
  return code.replaceAll(/\bword\(([^)]*)\)/g, `bitcast<u32>(${binding}[place + ($1) * stride])`);
}
