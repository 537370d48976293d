import type { OpAttributes, OpName } from '@geodesic/compiler';
import { array, call, code, type Expression, numberOf, object } from '../written-source/expression.js';
import { printText } from '../written-source/print-expression.js';

/** What an op is written as, given its operands; null for what an emitted module never computes. */
type OpCall<K extends OpName> =
  | ((operands: readonly Expression[], attributes: Expression, values: OpAttributes[K]) => Expression)
  | null;

const tf = code('tf');

/** A kernel that takes tfjs, its operands and its attributes. */
const kernel =
  (name: string) =>
  (operands: readonly Expression[], attributes: Expression): Expression =>
    isEmpty(attributes) ? call(name, tf, ...operands) : call(name, tf, ...operands, attributes);

/** A function of arrays on the host. */
const host =
  (name: string) =>
  (operands: readonly Expression[], attributes: Expression): Expression =>
    isEmpty(attributes) ? call(name, ...operands) : call(name, ...operands, attributes);

const tfjs = (name: string) => (operands: readonly Expression[]) => call(`tf.${name}`, ...operands);

/** Over the last axis, which stays. */
const reduced = (name: string) => (operands: readonly Expression[]) =>
  call(`tf.${name}`, ...operands, numberOf(-1), code('true'));

/** Every op as a call of tfjs or of `@geodesic/backend/kernels`, the same that `composedLowering` makes. */
export const opCalls: { readonly [K in OpName]: OpCall<K> } = {
  input: null,
  state: null,
  parameter: null,
  constant: (_, _attributes, { value }) => numberOf(value),

  neg: tfjs('neg'),
  exp: tfjs('exp'),
  log: tfjs('log'),
  sqrt: tfjs('sqrt'),
  rsqrt: tfjs('rsqrt'),
  tanh: tfjs('tanh'),
  sigmoid: tfjs('sigmoid'),
  relu: tfjs('relu'),
  silu: kernel('silu'),
  gelu: kernel('gelu'),
  geluTanh: kernel('geluTanh'),

  add: tfjs('add'),
  sub: tfjs('sub'),
  mul: tfjs('mul'),
  div: tfjs('div'),
  maximum: tfjs('maximum'),
  minimum: tfjs('minimum'),

  matmul: tfjs('matMul'),
  linear: kernel('linear'),
  embedding: kernel('embedding'),
  softmax: tfjs('softmax'),
  sum: reduced('sum'),
  mean: reduced('mean'),
  slice: kernel('slice'),
  keepTopK: kernel('keepTopK'),
  concat: (operands) => call('tf.concat', array(operands), numberOf(-1)),
  transpose: (operands, _, { permutation }) =>
    call('tf.transpose', ...operands, array(permutation.map(numberOf))),
  splitHeads: kernel('splitHeads'),
  mergeHeads: kernel('mergeHeads'),

  rmsNorm: kernel('rmsNorm'),
  layerNorm: ([x, weight, bias = code('undefined')], attributes) =>
    call('layerNorm', tf, x as Expression, weight as Expression, bias, attributes),

  rotaryCos: (operands, attributes) => call('rotaryTable', array(operands), code("'cos'"), attributes),
  rotarySin: (operands, attributes) => call('rotaryTable', array(operands), code("'sin'"), attributes),
  rope: kernel('rope'),
  positionIndices: host('positionIndices'),
  alibiBias: kernel('alibiBias'),

  attentionMask: (operands, attributes) => call('attentionMask', array(operands), attributes),
  attention: kernel('attention'),
  cacheAppend: kernel('cacheAppend'),

  mergePlan: ([extents, sizes, protection], attributes) =>
    call(
      'mergePlan',
      extents as Expression,
      sizes as Expression,
      attributes,
      ...(protection ? [protection] : []),
    ),
  surprisingTokens: null,
  mergeChoice: null,
  eviction: null,
  mergeTail: null,
  settledSlots: null,
  tailSlots: null,
  tokenMerge: kernel('tokenMerge'),
  mergeStatistics: null,
  mergedExtents: host('mergedExtents'),
  mergedSizes: host('mergedSizes'),
  mergedProtection: host('mergedProtection'),
  mergedPositions: (operands, _, { strategy }) =>
    call('mergedPositions', ...operands, code(printText(strategy))),
  enterDomain: null,
  targets: null,
  lastToken: kernel('lastToken'),
};

function isEmpty(attributes: Expression): boolean {
  return attributes.kind === 'object' && attributes.entries.length === 0;
}

/** The literal of a JSON value. */
export function literal(value: unknown): Expression {
  if (typeof value === 'number') return numberOf(value);
  if (typeof value === 'string') return code(printText(value));
  if (Array.isArray(value)) return array(value.map(literal));
  if (typeof value !== 'object' || value === null) return code(String(value));
  const entries = Object.entries(value).map(([key, part]): [string, Expression] => [key, literal(part)]);
  return object(entries);
}
