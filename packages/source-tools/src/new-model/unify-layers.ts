import { code, type Expression, keyOf } from '../written-source/expression.js';

/** What is the same in all layers, with names in place of what differs. */
export interface UnifiedLayers {
  readonly template: Expression;
  /** What each layer has in place of a name: one value a layer. */
  readonly differences: ReadonlyMap<string, readonly Expression[]>;
}

/** Writes several layers as one: wherever they differ, a name stands for what each of them has. */
export function unifyLayers(layers: readonly Expression[]): UnifiedLayers {
  const differences = new Map<string, readonly Expression[]>();
  const template = unify(layers, 'blocks', differences);
  return { template, differences };
}

function unify(
  versions: readonly Expression[],
  name: string,
  differences: Map<string, readonly Expression[]>,
): Expression {
  const [first, ...others] = versions as [Expression, ...Expression[]];
  if (others.every((other) => keyOf(other) === keyOf(first))) return first;
  const part = (pick: (version: Expression) => Expression, key: string) =>
    unify(versions.map(pick), key, differences);
  if (first.kind === 'object' && others.every((other) => sameKeys(first, other))) {
    const at = (index: number) => (version: Expression) =>
      (version as typeof first).entries[index]?.[1] as Expression;
    return { ...first, entries: first.entries.map(([key], index) => [key, part(at(index), key)]) };
  }
  if (first.kind === 'call' && others.every((other) => sameCall(first, other))) {
    const at = (index: number) => (version: Expression) =>
      (version as typeof first).args[index] as Expression;
    return { ...first, args: first.args.map((_, index) => part(at(index), name)) };
  }
  if (first.kind === 'array' && others.every((other) => sameLength(first, other))) {
    const at = (index: number) => (version: Expression) =>
      (version as typeof first).items[index] as Expression;
    return { ...first, items: first.items.map((_, index) => part(at(index), name)) };
  }
  return code(nameFor(versions, name, differences));
}

/** Blocks of one layer are compared one by one; numbers of one list belong together. */
function sameLength(first: Expression, other: Expression): boolean {
  return (
    first.kind === 'array' &&
    other.kind === 'array' &&
    first.items.length === other.items.length &&
    first.items.every(({ kind }) => kind !== 'number')
  );
}

function sameKeys(first: Expression, other: Expression): boolean {
  if (first.kind !== 'object' || other.kind !== 'object') return false;
  const keys = (of: typeof first) => of.entries.map(([key]) => key).join();
  return keys(first) === keys(other);
}

function sameCall(first: Expression, other: Expression): boolean {
  return (
    first.kind === 'call' &&
    other.kind === 'call' &&
    first.callee === other.callee &&
    first.args.length === other.args.length
  );
}

/** The name of a difference: one that is there already for the same values, or a free one. */
function nameFor(
  versions: readonly Expression[],
  name: string,
  differences: Map<string, readonly Expression[]>,
): string {
  const same = (others: readonly Expression[]) => others.map(keyOf).join() === versions.map(keyOf).join();
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}${count}`;
    const known = differences.get(candidate);
    if (known !== undefined && !same(known)) continue;
    differences.set(candidate, versions);
    return candidate;
  }
}
