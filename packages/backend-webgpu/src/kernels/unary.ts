import type { DeviceOp } from '@geodesic/backend';
import type { FusedActivation } from '@geodesic/compiler';
import { type Components, kernelFamily } from './kernel.js';
import type { Operand } from './kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernel-set.js';
import { componentsFor, vectorType } from './rows.js';

/** WGSL of ops on each number of x, a value or a vector. */
const FORMULAS = {
  neg: '-x',
  exp: 'exp(x)',
  log: 'log(x)',
  sqrt: 'sqrt(x)',
  rsqrt: 'inverseSqrt(x)',
  tanh: 'tanhOf(x)',
  sigmoid: '1.0 / (1.0 + exp(-x))',
  relu: 'max(x, f32v(0.0))',
  silu: 'x / (1.0 + exp(-x))',
  geluTanh: '0.5 * x * (1.0 + tanhOf(0.7978845608028654 * (x + 0.044715 * x * x * x)))',
  gelu: '0.5 * x * (1.0 + erfOf(0.7071067811865476 * x))',
} as const;

export type UnaryOp = keyof typeof FORMULAS & DeviceOp;

export function isUnary(op: string): op is UnaryOp {
  return Object.hasOwn(FORMULAS, op);
}

/**
 * tanh through an exponential that can't overflow, since WGSL's own may; erf by Abramowitz and Stegun, 7.1.26, whose error is
 * below 1.5e-7.
 */
const FUNCTIONS = `
  fn tanhOf(x: f32v) -> f32v {
    let e = exp(-2.0 * abs(x));
    return sign(x) * (1.0 - e) / (1.0 + e);
  }
  fn erfOf(x: f32v) -> f32v {
    let size = abs(x);
    let t = 1.0 / (1.0 + 0.3275911 * size);
    let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
    return sign(x) * (1.0 - series * exp(-size * size));
  }`;

/** WGSL of `activated(x)`, of a value or vector; `f32v` is declared elsewhere. */
export function activationFunction(name: FusedActivation): string {
  return `
    ${FUNCTIONS}
    fn activated(x: f32v) -> f32v { return ${FORMULAS[name]}; }`;
}

/** An op on every number. A vector an invocation. Memory: x and result once. */
const kernel = kernelFamily('unary', (op: UnaryOp, components: Components) => ({
  inputs: { states: components },
  resultComponents: components,
  uniforms: { size: 'i32' },
  workgroupSize: 64,
  unit: 'lanes',
  code: `
    ${vectorType(components)}
    ${FUNCTIONS}
    fn main(index: i32) {
      if (index >= uniforms.size) { return; }
      let x = states[index];
      result[index] = ${FORMULAS[op]};
    }`,
}));

/** An op on every number in one dispatch. */
export function unary<T extends Operand>({ launcher }: KernelSet<T>, op: UnaryOp): KernelCall<UnaryOp, T> {
  return (inputs) => {
    const x = inputs[0] as T;
    const components = componentsFor(x.size);
    const size = x.size / components;
    const own = kernel(op, components);
    return launcher.launch(own, { inputs: [x], uniforms: [size], units: size, shape: x.shape });
  };
}
