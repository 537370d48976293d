import { alibiSlopes } from '@geodesic/dsl';
import {
  type CallExpression,
  call,
  code,
  type Expression,
  entryOf,
  keyOf,
  mapParts,
  object,
} from '../written-source/expression.js';

/** Options that say what is so without them. */
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  selfAttention: { bias: 'false', queryKeyNorm: 'null', clip: 'null', softcap: 'null' },
  rope: { scaling: 'null', interleaved: 'false' },
  causal: { window: 'null' },
  mlp: { bias: 'false' },
  gatedMlp: { bias: 'false' },
  mixtureOfExperts: { bias: 'false', normalised: 'true' },
  layerNorm: { bias: 'true', perHead: 'false' },
  lmHead: { bias: 'false', softcap: 'null' },
};

/** The same model without what goes without saying: defaults, and numbers that follow from others. */
export function simplify(expression: Expression): Expression {
  const inner = mapParts(expression, simplify);
  if (inner.kind !== 'call') return inner;
  switch (inner.callee) {
    case 'selfAttention':
      return simplifyAttention(withoutDefaults(inner));
    case 'causal':
      return withoutEmptyOptions(withoutDefaults(inner));
    default:
      return withoutDefaults(inner);
  }
}

function withoutDefaults(expression: CallExpression): CallExpression {
  const defaults = DEFAULTS[expression.callee] ?? {};
  return withoutOptions(expression, (key, value) => value.kind === 'code' && defaults[key] === value.text);
}

function withoutOptions(
  expression: CallExpression,
  isNeedless: (key: string, value: Expression) => boolean,
): CallExpression {
  const args = expression.args.map((arg) =>
    arg.kind === 'object' ? object(arg.entries.filter(([key, value]) => !isNeedless(key, value))) : arg,
  );
  return call(expression.callee, ...args);
}

function withoutEmptyOptions(expression: CallExpression): CallExpression {
  const isEmpty = (arg: Expression) => arg.kind === 'object' && arg.entries.length === 0;
  return call(expression.callee, ...expression.args.filter((arg) => !isEmpty(arg)));
}

function simplifyAttention(attention: CallExpression): CallExpression {
  const number = (key: string) => {
    const value = entryOf(attention.args[0], key);
    return value?.kind === 'number' ? value.value : undefined;
  };
  const [heads, headDim] = [number('heads'), number('headDim')];
  const biased = entryOf(attention.args[0], 'bias') ?? code('false');
  const needless = withoutOptions(attention, (key, value) => {
    if (key === 'kvHeads') return value.kind === 'number' && value.value === heads;
    if (key === 'scale')
      return value.kind === 'number' && headDim !== undefined && value.value === headDim ** -0.5;
    return key === 'outputBias' && keyOf(value) === keyOf(biased);
  });
  return mapParts(needless, (options) =>
    mapParts(options, (option) => simplifyPositions(option, { heads, headDim })),
  ) as CallExpression;
}

/** Rotations of whole heads need no number of features; slopes that follow a rule are written as the rule. */
function simplifyPositions(
  position: Expression,
  { heads, headDim }: { heads: number | undefined; headDim: number | undefined },
): Expression {
  if (position.kind !== 'call') return position;
  if (position.callee === 'rope') {
    return withoutOptions(
      position,
      (key, value) => key === 'rotaryDim' && value.kind === 'number' && value.value === headDim,
    );
  }
  if (position.callee !== 'alibi' || heads === undefined) return position;
  const rule = slopesByRule(entryOf(position.args[0], 'slopes'), heads);
  return rule === undefined ? position : call('alibi', object([['slopes', rule]]));
}

/** `alibiSlopes(HEADS)`, or with another exponent of the last slope, where that gives these slopes. */
function slopesByRule(slopes: Expression | undefined, heads: number): Expression | undefined {
  if (slopes?.kind !== 'array') return undefined;
  const values = slopes.items.map((item) => (item.kind === 'number' ? item.value : Number.NaN));
  const first = values[0] ?? Number.NaN;
  const powerOfTwo = 2 ** Math.floor(Math.log2(heads));
  const maximum = Math.round(-Math.log2(first) * powerOfTwo);
  if (!Number.isFinite(maximum)) return undefined;
  const ruled = alibiSlopes(heads, maximum);
  if (ruled.some((slope, i) => slope !== values[i])) return undefined;
  const count: Expression = { kind: 'number', value: heads, constant: 'HEADS' };
  return maximum === 8
    ? call('alibiSlopes', count)
    : call('alibiSlopes', count, { kind: 'number', value: maximum, constant: 'ALIBI_BIAS_MAX' });
}
