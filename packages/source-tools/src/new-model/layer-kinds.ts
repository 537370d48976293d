import { array, call, code, type Expression, keyOf, object } from '../written-source/expression.js';
import { ruleOf } from '../written-source/index-rule.js';
import { unifyLayers } from './unify-layers.js';

/** How the layers of a model are written. */
export interface WrittenLayers {
  /** What `decoder` gets as `layers`, but for the blocks of `repeat`. */
  readonly layers: Expression | 'repeat';
  /** Blocks of a layer, with names in place of what differs between layers. */
  readonly template: Expression;
  /** The names that stand for what differs. */
  readonly names: readonly string[];
  /** Constants of what differs, by their names; they may hold blocks. */
  readonly kinds: ReadonlyMap<string, Expression>;
  /** What the function `layer` begins with, and its parameter; nothing where all layers are alike. */
  readonly head?: { readonly parameter: string; readonly statement?: string };
}

/** Few kinds of layers get names; more are listed. */
const NAMED_KINDS = 2;

/** What differs between the layers of a model, by its names: one value a layer. */
type Differences = ReadonlyMap<string, readonly Expression[]>;

/** Recognises layers that are alike, and by which rule they differ if they do. */
export function writeLayers(blocks: readonly Expression[]): WrittenLayers {
  const { template, differences } = unifyLayers(blocks);
  const names = [...differences.keys()];
  if (names.length === 0) return { layers: 'repeat', template, names, kinds: new Map() };
  const options = blocks.map((_, layer) =>
    object(names.map((name) => [name, differences.get(name)?.[layer] as Expression])),
  );
  const distinct = [...new Map(options.map((one) => [keyOf(one), one])).values()];
  const [first, second] = distinct;
  if (first === undefined || second === undefined || distinct.length > NAMED_KINDS) {
    return listedLayers(template, names, options, new Map());
  }
  const [firstName, secondName] = kindNames(differences);
  const isSecond = options.map((one) => keyOf(one) === keyOf(second));
  const kinds = new Map([
    [firstName, first],
    [secondName, second],
  ]);
  const rule = ruleOf(isSecond);
  if (rule === undefined) {
    const list = isSecond.map((chosen) => code(chosen ? secondName : firstName));
    return listedLayers(template, names, list, kinds);
  }
  return {
    layers: call('repeat', code('LAYERS'), code('layer')),
    template,
    names,
    kinds,
    head: {
      parameter: 'index: number',
      statement: `const { ${names.join(', ')} } = ${rule} ? ${secondName} : ${firstName};`,
    },
  };
}

function listedLayers(
  template: Expression,
  names: readonly string[],
  options: readonly Expression[],
  kinds: ReadonlyMap<string, Expression>,
): WrittenLayers {
  return {
    layers: call('LAYER_OPTIONS.map', code('layer')),
    template,
    names,
    kinds: new Map([...kinds, ['LAYER_OPTIONS', array(options)]]),
    head: { parameter: `{ ${names.join(', ')} }: (typeof LAYER_OPTIONS)[number]` },
  };
}

/** What two kinds of layers are called, the kind of layer 0 first. */
function kindNames(differences: Differences): readonly [string, string] {
  return (
    namesBy(differences.get('window'), 'FULL_ATTENTION', 'SLIDING_ATTENTION') ??
    namesBy(differences.get('position'), 'WITHOUT_POSITIONS', 'WITH_POSITIONS') ?? [
      'FIRST_KIND',
      'SECOND_KIND',
    ]
  );
}

/** Names by what one kind has and the other has not. */
function namesBy(
  values: readonly Expression[] | undefined,
  without: string,
  having: string,
): readonly [string, string] | undefined {
  const areNull = (values ?? []).map((value) => value.kind === 'code' && value.text === 'null');
  if (!areNull.includes(true) || !areNull.includes(false)) return undefined;
  return areNull[0] ? [without, having] : [having, without];
}
