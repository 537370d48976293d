import type { DeviceOp } from '@geodesic/backend';
import * as fc from 'fast-check';
import type { OpCase, Operand, OpSuite } from './op-case.js';
import { at, build } from './plain-array.js';
import { casesOf, drawn, normals, shapeOf } from './shapes.js';

/** A suite of any op without attributes. */
interface PlainSuite {
  readonly termMagnitude?: number;
  readonly cases: fc.Arbitrary<{ readonly operands: readonly Operand[]; readonly attributes: NoAttributes }>;
  reference(operands: readonly Operand[]): number[];
}

type NoAttributes = OpCase<'neg'>['attributes'];

/** Magnitudes that saturating functions have to survive. */
const FAR = [0, 1e-30, -1e-30, 0.5, -0.5, 9, -9, 60, -60, 1e4, -1e4];
/** Positive numbers, far apart. */
const POSITIVE = [1e-30, 1e-6, 0.25, 1, 3, 1e6, 1e30];

/** Of these, backends (and WGSL's specification) bound the absolute error where results are small, not the relative one. */
const TRANSCENDENTAL = { termMagnitude: 1 };

/** Applies `compute` to each number: half of the cases are normal numbers (or their magnitudes), half are drawn from `far`. */
function unary(
  compute: (x: number) => number,
  far: readonly number[],
  {
    positive = false,
    termMagnitude = 0,
  }: { readonly positive?: boolean; readonly termMagnitude?: number } = {},
): PlainSuite {
  return {
    termMagnitude,
    cases: casesOf(fc.tuple(shapeOf(1, 4), fc.boolean()), ([shape, extreme], source) => {
      const operand = extreme ? drawn(shape, source, far) : normals(shape, source);
      const data = positive ? operand.data.map(Math.abs) : operand.data;
      return { operands: [{ shape, data }], attributes: {} };
    }),
    reference: ([x]) => Array.from(x!.data, compute),
  };
}

/** Two operands, either of which may lack leading axes or have size 1 where the other stretches it. */
function binary(compute: (a: number, b: number) => number): PlainSuite {
  const stretched = fc.record({
    shape: shapeOf(1, 4),
    unit: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    dropped: fc.nat({ max: 4 }),
    swapped: fc.boolean(),
  });
  return {
    cases: casesOf(stretched, ({ shape, unit, dropped, swapped }, source) => {
      const small = shape.map((length, i) => (unit[i] ? 1 : length)).slice(Math.min(dropped, shape.length));
      const whole = normals(shape, source);
      // Away from 0, so that a quotient's rounding stays in proportion.
      const part = { shape: small, data: normals(small, source).data.map((x) => x + Math.sign(x) * 0.5) };
      return {
        operands: swapped && small.length === shape.length ? [part, whole] : [whole, part],
        attributes: {},
      };
    }),
    reference: ([a, b]) => {
      const shape = a!.shape.map((length, i) =>
        Math.max(length, b!.shape[i - a!.shape.length + b!.shape.length] ?? 1),
      );
      return build(shape, (...index) => compute(at(a!, index), at(b!, index)));
    },
  };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** The error function, by its Maclaurin series where that converges fast and its continued fraction elsewhere. */
export function erf(x: number): number {
  if (x < 0) return -erf(-x);
  if (x > 6) return 1;
  let [term, total] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  // Alternating terms of up to e^(x²) cancel; from 3 on the continued fraction of erfc is the better one.
  return x < 3 ? (2 / Math.sqrt(Math.PI)) * total : 1 - erfc(x);
}

function erfc(x: number): number {
  let fraction = x;
  for (let k = 60; k > 0; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

export const elementwise = {
  neg: unary((x) => -x, FAR),
  sqrt: unary(Math.sqrt, [0, ...POSITIVE], { positive: true }),
  rsqrt: unary((x) => 1 / Math.sqrt(x), [1e-6, 0.25, 1, 3, 1e6, 1e30], { positive: true }),
  relu: unary((x) => Math.max(0, x), FAR),
  // Up to where float32 holds the result.
  exp: unary(Math.exp, [0, 1e-30, -1, 5, -60, -1e4], TRANSCENDENTAL),
  log: unary(Math.log, POSITIVE, { positive: true, ...TRANSCENDENTAL }),
  tanh: unary(Math.tanh, FAR, TRANSCENDENTAL),
  sigmoid: unary(sigmoid, FAR, TRANSCENDENTAL),
  silu: unary((x) => x * sigmoid(x), FAR, TRANSCENDENTAL),
  gelu: unary((x) => (x / 2) * (1 + erf(x * Math.SQRT1_2)), FAR, TRANSCENDENTAL),
  geluTanh: unary(
    (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    FAR,
    TRANSCENDENTAL,
  ),
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  maximum: binary(Math.max),
  minimum: binary(Math.min),
} satisfies Partial<{ [K in DeviceOp]: OpSuite<K> }>;
