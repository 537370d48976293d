import {
  type CallExpression,
  code,
  type Expression,
  keyOf,
  mapParts,
  partsOf,
} from '../written-source/expression.js';

/** Calls of which one value may stand in several places, and what it is called then. */
const SHARED: Readonly<Record<string, string>> = {
  rmsNorm: 'norm',
  layerNorm: 'norm',
  plainLayerNorm: 'norm',
  rope: 'rotary',
  alibi: 'linearBias',
  selfAttention: 'attention',
  mlp: 'feedForward',
  gatedMlp: 'feedForward',
};

/** Expressions of one module with what they share taken out. */
export interface SharedBlocks<Key> {
  /** By name, in an order in which each needs none behind it. */
  readonly shared: ReadonlyMap<string, Expression>;
  readonly expressions: ReadonlyMap<Key, Expression>;
}

/** Gives a name, none of those that are taken, to each block that stands in several places, so that it is written once. */
export function shareBlocks<Key>(
  expressions: ReadonlyMap<Key, Expression>,
  taken: readonly string[],
): SharedBlocks<Key> {
  const counts = new Map<string, { readonly block: CallExpression; count: number }>();
  for (const expression of expressions.values()) count(expression, counts);
  const shared = new Map<string, Expression>();
  const names = new Map<string, string>();
  for (const [key, { block, count: times }] of counts) {
    if (times < 2) continue;
    const name = freeName(SHARED[block.callee] as string, [...taken, ...shared.keys()]);
    shared.set(name, withNames(block, names, key));
    names.set(key, name);
  }
  return {
    shared,
    expressions: new Map([...expressions].map(([key, value]) => [key, withNames(value, names)])),
  };
}

/** Inner blocks are counted first, and those of a block that was counted before not again. */
function count(
  expression: Expression,
  counts: Map<string, { readonly block: CallExpression; count: number }>,
): void {
  const isShared = expression.kind === 'call' && expression.callee in SHARED;
  const known = isShared ? counts.get(keyOf(expression)) : undefined;
  if (known !== undefined) {
    known.count++;
    return;
  }
  for (const part of partsOf(expression)) count(part, counts);
  if (isShared) counts.set(keyOf(expression), { block: expression, count: 1 });
}

function withNames(expression: Expression, names: ReadonlyMap<string, string>, except?: string): Expression {
  const key = keyOf(expression);
  const name = key === except ? undefined : names.get(key);
  return name === undefined ? mapParts(expression, (part) => withNames(part, names)) : code(name);
}

function freeName(name: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}${number}`;
    if (!taken.includes(candidate)) return candidate;
  }
}
