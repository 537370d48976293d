import {
  at,
  expect,
  featureAxis,
  floating,
  isUnit,
  mergedAxes,
  operand,
  rank,
  sameAxis,
  tokenStream,
} from './axis-checks.js';
import { addDims, type Dim, printDim, symbolicDim } from './dim.js';
import { candidateDomain, sourceDomain } from './domain.js';
import { dependsOnLength, type OpAttributes, type OpName } from './ops.js';
import { checkScaling } from './rotary-checks.js';
import { type Axis, axis, type TensorType, tensorType, tokenAxis } from './tensor-type.js';

export type TypeRule<K extends OpName> = (
  inputs: readonly TensorType[],
  attributes: OpAttributes[K],
) => TensorType;

/** Ops whose type is declared instead of inferred. */
export type LeafOp = 'input' | 'state' | 'parameter';

/**
 * The result type of each op, with the domain checks that make a forgotten rewrite a type error. An op without a rule
 * does not compile.
 */
export const typeRules: { readonly [K in Exclude<OpName, LeafOp>]: TypeRule<K> } = {
  constant: () => tensorType('f32', []),

  neg: elementwise,
  exp: elementwise,
  log: elementwise,
  sqrt: elementwise,
  rsqrt: elementwise,
  tanh: elementwise,
  sigmoid: elementwise,
  relu: elementwise,
  silu: elementwise,
  gelu: elementwise,
  geluTanh: elementwise,

  add: broadcast,
  sub: broadcast,
  mul: broadcast,
  div: broadcast,
  maximum: broadcast,
  minimum: broadcast,

  matmul([a, b]) {
    const left = floating(operand(a, 'left'));
    const right = floating(operand(b, 'right'));
    expect(
      left.axes.length >= 2 && left.axes.length === right.axes.length,
      'needs two operands of equal rank, 2 or more',
    );
    const batch = left.axes.slice(0, -2);
    for (const [i, entry] of batch.entries()) sameAxis(entry, at(right, i), `axis ${i}`);
    sameAxis(at(left, -1), at(right, -2), 'the contracted axis');
    return { dtype: 'f32', axes: [...batch, at(left, -2), at(right, -1)] };
  },

  linear([x, weight, bias]) {
    const states = floating(operand(x, 'x'));
    const matrix = rank(floating(operand(weight, 'weight')), 2, 'weight');
    sameAxis(at(states, -1), at(matrix, 0), 'the input features');
    if (bias !== undefined) sameAxis(at(rank(floating(bias), 1, 'bias'), 0), at(matrix, 1), 'the bias');
    return { dtype: 'f32', axes: [...states.axes.slice(0, -1), at(matrix, 1)] };
  },

  embedding([ids, table]) {
    const indices = operand(ids, 'ids');
    expect(indices.dtype === 'i32', 'needs i32 ids');
    const matrix = rank(operand(table, 'table'), 2, 'table');
    return { dtype: 'f32', axes: [...indices.axes, at(matrix, 0)] };
  },

  softmax: ([x]) => floating(operand(x, 'x')),
  sum: reduceLast,
  mean: reduceLast,

  slice([x], { start, size }) {
    const type = operand(x, 'x');
    const last = featureAxis(type);
    expect(
      typeof last.size !== 'number' || (start >= 0 && size > 0 && start + size <= last.size),
      `takes [${start}, ${start + size}) of an axis of ${printDim(last.size)}`,
    );
    return { dtype: type.dtype, axes: [...type.axes.slice(0, -1), axis(size)] };
  },

  keepTopK([x], { count }) {
    const type = floating(operand(x, 'x'));
    const { size } = featureAxis(type);
    expect(
      Number.isSafeInteger(count) && count > 0 && (typeof size !== 'number' || count <= size),
      `keeps ${count} of an axis of ${printDim(size)}`,
    );
    return type;
  },

  concat(inputs) {
    const first = operand(inputs[0], 'first');
    let total: Dim = 0;
    for (const input of inputs) {
      expect(
        input.dtype === first.dtype && input.axes.length === first.axes.length,
        'needs operands of one dtype and rank',
      );
      for (const [i, entry] of input.axes.slice(0, -1).entries()) sameAxis(entry, at(first, i), `axis ${i}`);
      total = addDims(total, featureAxis(input).size);
    }
    return { dtype: first.dtype, axes: [...first.axes.slice(0, -1), axis(total)] };
  },

  transpose([x], { permutation }) {
    const type = operand(x, 'x');
    const sorted = [...permutation].sort((a, b) => a - b);
    expect(
      sorted.length === type.axes.length && sorted.every((value, i) => value === i),
      `[${permutation}] is not a permutation of ${type.axes.length} axes`,
    );
    return { dtype: type.dtype, axes: permutation.map((i) => at(type, i)) };
  },

  splitHeads([x], { heads }) {
    const type = rank(operand(x, 'x'), 3, 'x');
    const { size } = featureAxis(type);
    expect(Number.isSafeInteger(heads) && heads > 0, `needs a whole number of heads above 0, not ${heads}`);
    expect(
      typeof size === 'number' && size % heads === 0,
      `can't split ${printDim(size)} features into ${heads} heads`,
    );
    return {
      dtype: type.dtype,
      axes: [at(type, 0), at(type, 1), axis(heads), axis((size as number) / heads)],
    };
  },

  mergeHeads([x]) {
    const type = rank(operand(x, 'x'), 4, 'x');
    const heads = at(type, 2).size;
    const headDim = featureAxis(type).size;
    expect(typeof heads === 'number' && typeof headDim === 'number', 'needs fixed heads and features');
    return {
      dtype: type.dtype,
      axes: [at(type, 0), at(type, 1), axis((heads as number) * (headDim as number))],
    };
  },

  rmsNorm([x, weight], { eps }) {
    checkEps(eps);
    const type = floating(operand(x, 'x'));
    sameAxis(featureAxis(type), at(rank(operand(weight, 'weight'), 1, 'weight'), 0), 'the weight');
    return type;
  },

  layerNorm([x, weight, bias], { eps }) {
    checkEps(eps);
    const type = floating(operand(x, 'x'));
    trailingAxes(type, operand(weight, 'weight'), 'weight');
    if (bias !== undefined) trailingAxes(type, bias, 'bias');
    return type;
  },

  rotaryCos: rotaryTable,
  rotarySin: rotaryTable,

  positionIndices([positionIds], { offset, count }) {
    expect(Number.isSafeInteger(offset) && offset >= 0, `needs a whole offset of at least 0, not ${offset}`);
    expect(Number.isSafeInteger(count) && count > 0, `needs a whole count above 0, not ${count}`);
    return { dtype: 'i32', axes: rank(floating(operand(positionIds, 'positionIds')), 2, 'positionIds').axes };
  },

  alibiBias([queryPositions, keyPositions], { slopes }) {
    expect(
      slopes.length > 0 && slopes.every((slope) => Number.isFinite(slope)),
      `needs one finite slope for each head, not [${slopes}]`,
    );
    const queries = rank(floating(operand(queryPositions, 'query positions')), 2, 'query positions');
    const keys = rank(floating(operand(keyPositions, 'key positions')), 2, 'key positions');
    sameAxis(at(queries, 0), at(keys, 0), 'the rows of queries and keys');
    expect(
      at(queries, 1).domain === at(keys, 1).domain,
      `queries are in domain '${at(queries, 1).domain}', keys in '${at(keys, 1).domain}'`,
    );
    return tensorType('f32', [at(queries, 0), slopes.length, at(queries, 1), at(keys, 1)]);
  },

  rope([x, cos, sin]) {
    const type = rank(floating(operand(x, 'x')), 4, 'x');
    for (const table of [operand(cos, 'cos'), operand(sin, 'sin')]) {
      sameAxis(at(type, 0), at(rank(table, 4, 'table'), 0), 'the rows');
      sameAxis(at(type, 1), at(table, 1), 'the tokens of x and its positions');
      const [rotary, features] = [featureAxis(table).size, featureAxis(type).size];
      expect(
        typeof rotary !== 'number' || typeof features !== 'number' || rotary <= features,
        `rotates ${printDim(rotary)} of ${printDim(features)} features`,
      );
    }
    return type;
  },

  attentionMask([queryExtents, querySizes, keyExtents, keySizes], { window }) {
    expect(
      window === null || (Number.isSafeInteger(window) && window > 0),
      `needs a window of a whole number of tokens above 0, or null, not ${window}`,
    );
    const queries = tokenStream(queryExtents, querySizes, 'query');
    const keys = tokenStream(keyExtents, keySizes, 'key');
    expect(
      queries.domain === keys.domain,
      `queries are in domain '${queries.domain}', keys in '${keys.domain}'`,
    );
    return tensorType('f32', [at(operand(querySizes, 'query sizes'), 0), 1, queries, keys]);
  },

  attention([q, k, v, mask], { scale, softcap }) {
    expect(Number.isFinite(scale), `needs a finite scale, not ${scale}`);
    expect(
      softcap === null || (Number.isFinite(softcap) && softcap > 0),
      `needs a positive soft cap, not ${softcap}`,
    );
    const queries = rank(floating(operand(q, 'queries')), 4, 'queries');
    const keys = rank(floating(operand(k, 'keys')), 4, 'keys');
    const values = rank(floating(operand(v, 'values')), 4, 'values');
    const seen = rank(floating(operand(mask, 'mask')), 4, 'mask');
    for (const [other, what] of [
      [keys, 'keys'],
      [values, 'values'],
      [seen, 'mask'],
    ] as const) {
      sameAxis(at(queries, 0), at(other, 0), `the rows of queries and ${what}`);
    }
    sameAxis(at(queries, 3), at(keys, 3), 'the head dim of queries and keys');
    sameAxis(at(keys, 2), at(values, 2), 'the heads of keys and values');
    sameAxis(at(keys, 1), at(values, 1), 'the tokens of keys and values');
    sameAxis(at(queries, 1), at(seen, 2), 'the tokens of queries and mask');
    sameAxis(at(keys, 1), at(seen, 3), 'the tokens of keys and mask');
    const [heads, keyValueHeads] = [at(queries, 2).size, at(keys, 2).size];
    expect(
      typeof heads === 'number' && typeof keyValueHeads === 'number' && heads % keyValueHeads === 0,
      `${printDim(heads)} heads can't share ${printDim(keyValueHeads)} key-value heads evenly`,
    );
    expect(
      isUnit(at(seen, 1)) || at(seen, 1).size === heads,
      `the mask is for ${printDim(at(seen, 1).size)} heads of ${printDim(heads)}`,
    );
    return { dtype: 'f32', axes: [...queries.axes.slice(0, 3), at(values, 3)] };
  },

  cacheAppend([past, added]) {
    const before = operand(past, 'past');
    const after = operand(added, 'new');
    expect(
      before.dtype === after.dtype && before.axes.length === after.axes.length,
      'past and new differ in dtype or rank',
    );
    let appended = 0;
    const axes = before.axes.map((entry, i) => {
      const other = at(after, i);
      if (entry.domain === undefined && other.domain === undefined) {
        sameAxis(entry, other, `axis ${i}`);
        return entry;
      }
      expect(
        entry.domain === other.domain,
        `appends domain '${other.domain}' to a cache of '${entry.domain}'`,
      );
      appended += 1;
      return { ...entry, size: addDims(entry.size, other.size) };
    });
    expect(appended === 1, `needs exactly one token axis, has ${appended}`);
    const { domain } = at(before, 1);
    expect(
      domain !== undefined,
      'the tokens of a cache must be axis 1: transpose what was cached, not what is',
    );
    return { dtype: before.dtype, axes };
  },

  mergePlan([extents, sizes, protection], { domain, symbol, group = 2 }) {
    const stream = tokenStream(extents, sizes, 'merged');
    if (protection !== undefined) checkFlags(protection, sizes, stream);
    expect(stream.domain === sourceDomain(domain), `can't merge domain '${stream.domain}' into '${domain}'`);
    const slots = tokenAxis(symbolicDim(symbol), domain);
    return tensorType('i32', [at(operand(sizes, 'sizes'), 0), slots, group + 1]);
  },

  surprisingTokens([sizes, protection, surprise]) {
    const rows = at(rank(operand(sizes, 'sizes'), 2, 'sizes'), 0);
    const tokens = at(operand(sizes, 'sizes'), 1);
    const flags = operand(protection, 'protection');
    checkFlags(flags, sizes, tokens);
    const measured = rank(floating(operand(surprise, 'surprise')), 3, 'surprise');
    sameAxis(rows, at(measured, 0), 'the rows of sizes and surprise');
    sameAxis(tokens, at(measured, 1), 'the tokens of sizes and surprise');
    return flags;
  },

  mergeChoice([candidates, statistics], { domain, symbol }) {
    const plan = rank(operand(candidates, 'candidates'), 3, 'candidates');
    const measured = rank(floating(operand(statistics, 'statistics')), 3, 'statistics');
    expect(
      at(plan, 1).domain === candidateDomain(domain),
      `can't choose slots of '${domain}' from '${at(plan, 1).domain}'`,
    );
    sameAxis(at(plan, 0), at(measured, 0), 'the rows of candidates and statistics');
    sameAxis(at(plan, 1), at(measured, 1), 'the slots of candidates and statistics');
    return tensorType('i32', [at(plan, 0), tokenAxis(symbolicDim(symbol), domain), at(plan, 2)]);
  },

  eviction([merging, keyNorms], { domain, symbol, policy }) {
    const plan = rank(operand(merging, 'plan'), 3, 'plan');
    expect(
      at(plan, 1).domain === candidateDomain(domain),
      `can't evict tokens of '${domain}' by a plan of '${at(plan, 1).domain}'`,
    );
    expect(
      (keyNorms !== undefined) === (policy === 'key-norm'),
      `'${policy}' and key norms don't go together`,
    );
    if (keyNorms !== undefined) {
      const norms = rank(floating(keyNorms), 3, 'key norms');
      sameAxis(at(plan, 0), at(norms, 0), 'the rows of plan and key norms');
      expect(
        at(norms, 1).domain === sourceDomain(domain),
        `the norms of '${at(norms, 1).domain}' are not those of the tokens of '${domain}'`,
      );
    }
    return tensorType('i32', [at(plan, 0), tokenAxis(symbolicDim(symbol), domain), at(plan, 2)]);
  },

  mergeTail([extents, sizes, plan, protection], { domain, symbol }) {
    const stream = tokenStream(extents, sizes, 'merged');
    const slots = rank(operand(plan, 'plan'), 3, 'plan');
    expect(
      sourceDomain(at(slots, 1).domain ?? '') === stream.domain,
      `the plan of '${at(slots, 1).domain}' merges no tokens of '${stream.domain}'`,
    );
    expect(stream.domain === sourceDomain(domain), `'${domain}' is no tail of '${stream.domain}'`);
    if (protection !== undefined) checkFlags(protection, sizes, stream);
    return tensorType('i32', [at(slots, 0), tokenAxis(symbolicDim(symbol), domain), 3]);
  },

  settledSlots: cachedSlots,
  tailSlots: cachedSlots,

  tokenMerge: ([x, plan]) => mergedAxes(floating(operand(x, 'x')), plan),
  mergeStatistics: ([x, plan]) => {
    const merged = mergedAxes(floating(operand(x, 'x')), plan);
    return { dtype: 'f32', axes: [...merged.axes.slice(0, 2), axis(2)] };
  },
  mergedExtents: ([extents, plan]) => mergedAxes(operand(extents, 'extents'), plan),
  mergedSizes: ([sizes, plan]) => mergedAxes(operand(sizes, 'sizes'), plan),
  mergedProtection: ([protection, plan]) => mergedAxes(operand(protection, 'protection'), plan),

  mergedPositions([positionIds, plan, extents, sizes]) {
    const slots = tokenStream(extents, sizes, 'merged');
    const merged = mergedAxes(rank(floating(operand(positionIds, 'positionIds')), 2, 'positionIds'), plan);
    sameAxis(at(merged, 1), slots, 'the slots of plan and extents');
    return merged;
  },

  enterDomain([x], { domain }) {
    const type = operand(x, 'x');
    expect(
      type.axes.filter((entry) => entry.domain !== undefined).length === 1,
      'needs exactly one token axis',
    );
    return {
      dtype: type.dtype,
      axes: type.axes.map((entry) => (entry.domain === undefined ? entry : tokenAxis(entry.size, domain))),
    };
  },

  targets([extents, sizes]) {
    tokenStream(extents, sizes, 'target');
    return { dtype: 'i32', axes: operand(sizes, 'sizes').axes };
  },

  lastToken([x]) {
    const type = rank(operand(x, 'x'), 3, 'x');
    expect(at(type, 1).domain !== undefined, 'axis 1 is not a token axis');
    return { dtype: type.dtype, axes: [at(type, 0), at(type, 2)] };
  },
};

/** A plan that takes slots out of a cache. */
function cachedSlots(
  [cachedSizes, tailSizes]: readonly TensorType[],
  { domain, symbol }: OpAttributes['settledSlots'],
): TensorType {
  const cached = rank(operand(cachedSizes, 'cached sizes'), 2, 'cached sizes');
  const tail = rank(operand(tailSizes, 'tail sizes'), 2, 'tail sizes');
  sameAxis(at(cached, 0), at(tail, 0), 'the rows of cache and tail');
  const source = at(cached, 1).domain;
  expect(source === sourceDomain(domain), `can't take slots of '${domain}' from '${source}'`);
  return tensorType('i32', [at(cached, 0), tokenAxis(symbolicDim(symbol), domain), 3]);
}

/** Checks the flags of a merge's tokens, i32 [B, N]. */
function checkFlags(protection: TensorType, sizes: TensorType | undefined, stream: Axis): void {
  const flags = rank(protection, 2, 'protection');
  expect(flags.dtype === 'i32', 'needs i32 protection');
  sameAxis(at(flags, 0), at(operand(sizes, 'sizes'), 0), 'the rows of sizes and protection');
  sameAxis(at(flags, 1), stream, 'the tokens of sizes and protection');
}

function elementwise([x]: readonly TensorType[]): TensorType {
  return floating(operand(x, 'x'));
}

/** NumPy's broadcasting, where only an axis of size 1 without a domain stretches. */
function broadcast([a, b]: readonly TensorType[]): TensorType {
  const left = floating(operand(a, 'left'));
  const right = floating(operand(b, 'right'));
  const length = Math.max(left.axes.length, right.axes.length);
  const axes: Axis[] = [];
  for (let i = -length; i < 0; i++) {
    const [x, y] = [left.axes.at(i), right.axes.at(i)];
    if (x === undefined || isUnit(x)) axes.push(y ?? (x as Axis));
    else if (y === undefined || isUnit(y)) axes.push(x);
    else {
      sameAxis(x, y, `axis ${i} of left and right`);
      axes.push(x);
    }
  }
  return { dtype: 'f32', axes };
}

function reduceLast([x]: readonly TensorType[]): TensorType {
  const type = floating(operand(x, 'x'));
  featureAxis(type);
  return { dtype: 'f32', axes: [...type.axes.slice(0, -1), axis(1)] };
}

function checkEps(eps: number): void {
  expect(Number.isFinite(eps) && eps >= 0, `needs a finite eps of at least 0, not ${eps}`);
}

/** A weight of a norm: one vector for the last axis, or one a head. */
function trailingAxes(x: TensorType, weight: TensorType, what: string): void {
  const count = weight.axes.length;
  expect(count === 1 || count === 2, `needs a ${what} of one or two axes`);
  for (const [i, entry] of weight.axes.entries()) sameAxis(at(x, i - count), entry, `the ${what}`);
}

function rotaryTable(
  [positions, lengths]: readonly TensorType[],
  { theta, rotaryDim, scaling }: OpAttributes['rotaryCos'],
): TensorType {
  const type = rank(operand(positions, 'positionIds'), 2, 'positionIds');
  expect(rotaryDim > 0 && rotaryDim % 2 === 0, `needs an even rotary dim, not ${rotaryDim}`);
  expect(Number.isFinite(theta) && theta > 0, `needs a positive theta, not ${theta}`);
  checkScaling(scaling, rotaryDim);
  if (dependsOnLength(scaling)) {
    sameAxis(at(type, 0), at(rank(operand(lengths, 'lengths'), 1, 'lengths'), 0), 'the rows of lengths');
  }
  return tensorType('f32', [at(type, 0), at(type, 1), 1, rotaryDim]);
}
