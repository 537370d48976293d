import type { AnyNode, OpAttributes, OpName } from '@geodesic/compiler';
import { code, type Expression, keyOf, object } from '../written-source/expression.js';
import { printConstant } from '../written-source/print-constant.js';
import { literal } from './op-calls.js';

/** Attributes that are constants of the module, since they are long or used in several places. */
const NAMES: Partial<Record<OpName, string>> = {
  attention: 'ATTENTION',
  layerNorm: 'NORM',
  attentionMask: 'MASK',
  rotaryCos: 'ROTARY',
  rotarySin: 'ROTARY',
  alibiBias: 'ALIBI',
  mergePlan: 'MERGE',
};

function nameOf({ op, attributes }: Attributed): string | undefined {
  if (op !== 'attentionMask') return NAMES[op];
  const { window, proportional } = attributes as OpAttributes['attentionMask'];
  return `${proportional ? 'SIZED_' : ''}${window === null ? '' : 'WINDOW_'}MASK`;
}

type Attributed = Pick<AnyNode, 'op' | 'attributes'>;

/** What only the compiler asks for. */
const OF_THE_COMPILER: readonly string[] = ['domain', 'symbol'];

/** The attributes of ops, as literals or as constants of the module. */
export class Constants {
  readonly #names = new Map<string, { readonly name: string; readonly value: Expression }>();

  /** What is written for a node's attributes. */
  attributes(node: Attributed): Expression {
    const given = Object.entries(node.attributes).filter(([name]) => !OF_THE_COMPILER.includes(name));
    const value = object(given.map(([name, part]): [string, Expression] => [name, literal(part)]));
    const wanted = nameOf(node);
    return wanted === undefined ? value : code(this.#constant(wanted, value));
  }

  declarations(): string[] {
    return [...this.#names.values()].map(({ name, value }) => printConstant(name, value));
  }

  #constant(wanted: string, value: Expression): string {
    const key = `${wanted} ${keyOf(value)}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known.name;
    const same = [...this.#names.keys()].filter((other) => other.startsWith(`${wanted} `)).length;
    const name = same === 0 ? wanted : `${wanted}_${same + 1}`;
    this.#names.set(key, { name, value });
    return name;
  }
}
