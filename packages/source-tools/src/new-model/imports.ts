import { type Expression, partsOf } from '../written-source/expression.js';

/** The import of everything that expressions call, of types too. */
export function printImports(expressions: readonly Expression[], types: readonly string[]): string {
  const called = new Set(['decoder', 'defineModel', ...expressions.flatMap(calledIn)]);
  const names = [
    ...[...called].filter((name) => /^\w+$/.test(name)).map((name) => ({ name, text: name })),
    ...['DecoderConfig', ...types].map((name) => ({ name, text: `type ${name}` })),
  ];
  const sorted = names.sort((a, b) => compareNames(a.name, b.name));
  return `import {\n${sorted.map(({ text }) => `  ${text},\n`).join('')}} from 'geodesic';\n`;
}

function calledIn(expression: Expression): string[] {
  const own = expression.kind === 'call' ? [expression.callee] : [];
  return [...own, ...partsOf(expression).flatMap(calledIn)];
}

/** As Biome sorts names: letter by letter, of the same letter the capital first. */
function compareNames(a: string, b: string): number {
  const at = Array.from(a).findIndex((letter, i) => letter !== b.charAt(i));
  if (at < 0) return a.length - b.length;
  const [ofA, ofB] = [a.charAt(at), b.charAt(at)];
  const [lowerA, lowerB] = [ofA.toLowerCase(), ofB.toLowerCase()];
  return lowerA === lowerB ? (ofA < ofB ? -1 : 1) : lowerA < lowerB ? -1 : 1;
}
