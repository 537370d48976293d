import { code, type Expression } from '../written-source/expression.js';
import { LINE_WIDTH, printExpression } from '../written-source/print-expression.js';
import type { Names } from './names.js';
import type { Key, Step } from './step.js';

const INDENT = 2;

export interface BodyScope {
  step(key: Key): Step;
  /** What is known already; more may be added between statements. */
  readonly given: Map<Key, string>;
  readonly names: Names;
  /** How often each value is used by others. */
  readonly uses: ReadonlyMap<Key, number>;
}

/**
 * The statements of one function, in the order in which values need each other. What is used once and has no name of its own is
 * written where it is used, as long as the statement fits into its line.
 */
export class Body {
  readonly lines: string[] = [];
  readonly #scope: BodyScope;
  readonly #apart = new Set<Key>();
  readonly #variables = new Map<Key, string>();
  #level: number;

  constructor(scope: BodyScope, level: number) {
    this.#scope = scope;
    this.#level = level;
  }

  /** Writes a line as it is; one that ends in `{` begins a block. */
  line(text: string): void {
    if (/^[}\])]/.test(text)) this.#level--;
    this.lines.push(`${' '.repeat(INDENT * this.#level)}${text}`);
    if (text.endsWith('{')) this.#level++;
  }

  /** Writes `return …;`. */
  give(value: Expression): void {
    const indent = this.#level;
    this.line(`return ${printExpression(value, { indent, before: INDENT * indent + 'return '.length })};`);
  }

  /** Writes what computes a value, and gives the variable that holds it. */
  variable(key: Key): string {
    const known = this.#known(key);
    if (known !== undefined) return known;
    const name = this.#nameOf(key);
    this.assign(`const ${name}`, key);
    this.#scope.given.set(key, name);
    return name;
  }

  /** Writes `target = …;` behind what it needs. */
  assign(target: string, key: Key): void {
    this.#assigned(target, this.expression(key, target.length + ' = ;'.length));
  }

  /** Writes `const name = …;`. */
  declare(name: string, value: Expression): void {
    this.#assigned(`const ${name}`, value);
  }

  #assigned(target: string, value: Expression): void {
    const indent = this.#level;
    const before = INDENT * indent + target.length + ' = '.length;
    this.line(`${target} = ${printExpression(value, { indent, before })};`);
  }

  /** Writes what a value needs, and gives what it is, for a line that has so many more characters behind its indentation. */
  expression(key: Key, others: number): Expression {
    const known = this.#known(key);
    if (known !== undefined) return code(known);
    for (;;) {
      const width = INDENT * this.#level + others + flat(this.#write(key)).length;
      const longest = width > LINE_WIDTH ? this.#longestPart(key) : undefined;
      if (longest === undefined) break;
      this.#apart.add(longest);
    }
    this.#defineParts(key);
    return this.#write(key);
  }

  #known(key: Key): string | undefined {
    return this.#scope.given.get(key);
  }

  #isWrittenInPlace(key: Key): boolean {
    if (this.#known(key) !== undefined) return false;
    const { isLeaf, name } = this.#scope.step(key);
    return isLeaf || (name === undefined && this.#scope.uses.get(key) === 1 && !this.#apart.has(key));
  }

  #write(key: Key): Expression {
    const step = this.#scope.step(key);
    return step.write(
      step.operands.map((operand) => {
        if (this.#isWrittenInPlace(operand)) return this.#write(operand);
        return code(this.#known(operand) ?? this.#nameOf(operand));
      }),
    );
  }

  #nameOf(key: Key): string {
    const { name, fallback } = this.#scope.step(key);
    const variable = this.#variables.get(key) ?? this.#scope.names.unique(name ?? fallback);
    this.#variables.set(key, variable);
    return variable;
  }

  /** Of the operands that are written in place, the one that takes most room. */
  #longestPart(key: Key): Key | undefined {
    const parts = this.#scope
      .step(key)
      .operands.filter((operand) => this.#isWrittenInPlace(operand) && !this.#scope.step(operand).isLeaf)
      .map((operand) => ({ operand, length: flat(this.#write(operand)).length }));
    return parts.sort((a, b) => b.length - a.length)[0]?.operand;
  }

  #defineParts(key: Key): void {
    for (const operand of this.#scope.step(key).operands) {
      if (this.#known(operand) !== undefined) continue;
      if (this.#isWrittenInPlace(operand)) this.#defineParts(operand);
      else this.variable(operand);
    }
  }
}

/** How often each value is used on the way to the roots, the roots counted once each; what is given is not looked into. */
export function countUses(
  roots: readonly Key[],
  step: (key: Key) => Step,
  isGiven: (key: Key) => boolean,
): Map<Key, number> {
  const uses = new Map<Key, number>();
  const visit = (key: Key) => {
    const before = uses.get(key) ?? 0;
    uses.set(key, before + 1);
    if (before === 0 && !isGiven(key)) step(key).operands.forEach(visit);
  };
  roots.forEach(visit);
  return uses;
}

function flat(expression: Expression): string {
  return printExpression(expression, { before: Number.NEGATIVE_INFINITY });
}
