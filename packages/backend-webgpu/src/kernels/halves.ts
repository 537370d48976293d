import { type Components, kernelFamily } from './kernel.js';
import type { KernelLauncher, Operand } from './kernel-launcher.js';

/** Whether numbers of these sizes lie in whole words of two half floats. */
export function fitHalves(...sizes: readonly number[]): boolean {
  return sizes.every((size) => size % 2 === 0);
}

/** Words that `components` numbers, 2 or 4, take as half floats. */
export function wordsOf(components: Components): Components {
  return components === 4 ? 2 : 1;
}

/** The most numbers that a kernel can take at a time from rows of all of these sizes, which fit halves. */
export function halfComponentsFor(...sizes: readonly number[]): 2 | 4 {
  return sizes.every((size) => size % 4 === 0) ? 4 : 2;
}

/**
 * WGSL: `packHalves`, of `components` numbers, 2 or 4. To the nearest, ties to even, whatever the device's own way: `pack2x16float` may round
 * either way, so that it gets numbers with no more bits than it keeps. Nothing becomes an infinity.
 */
export function packHalves(components: Components): string {
  const whole = `
    fn packHalves(x: vec4<f32>) -> vec2<i32> { return vec2(packPair(x.xy), packPair(x.zw)); }`;
  return `
    const LARGEST_HALF = vec2(65504.0);
    fn packPair(x: vec2<f32>) -> i32 {
      let bits = bitcast<vec2<u32>>(clamp(x, -LARGEST_HALF, LARGEST_HALF));
      let odd = (bits >> vec2(13u)) & vec2(1u);
      let rounded = bitcast<vec2<f32>>((bits + vec2(0xfffu) + odd) & vec2(0xffffe000u));
      // Below 2^-14, half floats are multiples of 2^-24.
      let small = round(x * 16777216.0) / 16777216.0;
      return bitcast<i32>(pack2x16float(select(rounded, small, abs(x) < vec2(0.00006103515625))));
    }
    ${components === 4 ? whole : 'fn packHalves(x: vec2<f32>) -> i32 { return packPair(x); }'}`;
}

/** WGSL: `unpackHalves`, which gives `components` numbers, 2 or 4. */
export function unpackHalves(components: Components): string {
  const pair = 'fn unpackHalves(word: i32) -> vec2<f32> { return unpack2x16float(bitcast<u32>(word)); }';
  const two = `
    fn unpackHalves(words: vec2<i32>) -> vec4<f32> {
      return vec4(unpack2x16float(bitcast<u32>(words.x)), unpack2x16float(bitcast<u32>(words.y)));
    }`;
  return components === 4 ? two : pair;
}

/** Numbers to words of two half floats. An invocation a word. Memory: everything once in and once out. */
const packing = kernelFamily('packHalves', () => ({
  inputs: { numbers: 2 },
  words: ['result'],
  uniforms: { size: 'i32' },
  workgroupSize: 64,
  unit: 'lanes',
  code: `
    ${packHalves(2)}
    fn main(index: i32) {
      if (index < uniforms.size) { result[index] = packHalves(numbers[index]); }
    }`,
}));

/** Words of two half floats to numbers. An invocation a word. Memory: everything once in and once out. */
const unpacking = kernelFamily('unpackHalves', () => ({
  inputs: { words: 1 },
  resultComponents: 2,
  uniforms: { size: 'i32' },
  workgroupSize: 64,
  unit: 'lanes',
  code: `
    ${unpackHalves(2)}
    fn main(index: i32) {
      if (index < uniforms.size) { result[index] = unpackHalves(words[index]); }
    }`,
}));

/** A float32 value [..., n], n even, as int32 words [..., n / 2] of two half floats. */
export function pack<T extends Operand>(launcher: KernelLauncher<T>, numbers: T): T {
  const units = numbers.size / 2;
  return launcher.launch(packing(), {
    ...{ inputs: [numbers], uniforms: [units], units },
    shape: inWords(numbers.shape),
  });
}

/** Words [..., n] as a float32 value [..., 2 n]. */
export function unpack<T extends Operand>(launcher: KernelLauncher<T>, words: T): T {
  const shape = [...words.shape.slice(0, -1), 2 * (words.shape.at(-1) as number)];
  return launcher.launch(unpacking(), {
    ...{ inputs: [words], uniforms: [words.size], units: words.size },
    shape,
  });
}

/** The shape of numbers [..., n] as words of two half floats. */
export function inWords(shape: readonly number[]): number[] {
  return [...shape.slice(0, -1), (shape.at(-1) as number) / 2];
}
