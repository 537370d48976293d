import type { NeedleKind } from '../spec/spec-schema.js';
import { DIGITS, type Draw } from './draw.js';

/** What is to be found, and what it is said of. */
export interface Statement {
  readonly subject: string;
  readonly value: string;
  /** What ends it in the passage. */
  readonly end: string;
}

const CODE_DIGITS = 5;
/** Random words of a statement that has any. */
export const RANDOM_WORDS = 3;

const SURNAMES = [
  'Abbott',
  'Barnes',
  'Carter',
  'Dawson',
  'Ellis',
  'Foster',
  'Gibson',
  'Harper',
  'Irving',
  'Jensen',
  'Keller',
  'Lawson',
  'Mercer',
  'Norton',
  'Osborne',
  'Parker',
  'Quincy',
  'Rowley',
  'Sutton',
  'Turner',
];

/** Whether statements of a kind have words of the text in them. */
export function hasRandomWords(of: NeedleKind): boolean {
  return of !== 'codes' && of !== 'names';
}

/**
 * A statement about a person. The first four kinds are worded alike; the others are as unlike them as what stands in the prompts of
 * programs.
 */
export function statementAbout(
  person: string,
  of: NeedleKind,
  draw: Draw,
  words: readonly string[],
): Statement {
  const randomWords = (between: string) => draw.several(words, RANDOM_WORDS).join(between);
  const end = '.';
  switch (of) {
    case 'codes':
      return { subject: `The secret code of ${person} is`, value: draw.characters(DIGITS, CODE_DIGITS), end };
    case 'names':
      return { subject: `The secret friend of ${person} is`, value: draw.one(SURNAMES), end };
    case 'words':
      return { subject: `The password of ${person} is`, value: randomWords(' '), end };
    case 'lists':
      return { subject: `The list of ${person} is`, value: randomWords(', '), end };
    case 'settings':
      return { subject: `${person.toLowerCase()} =`, value: randomWords(' '), end: ';' };
    case 'rows':
      return { subject: `| ${person} |`, value: randomWords(' '), end: ' |' };
    case 'quotes':
      return { subject: `${person} said:`, value: `"${randomWords(' ')}`, end: '."' };
    case 'addresses': {
      const [first, second, domain] = draw.several(words, RANDOM_WORDS);
      return { subject: `Write to ${person} at`, value: `${first}.${second}@${domain}.org`, end };
    }
  }
}

/** The statements, with another surname where two name the same: who remembers either would have both right. */
export function withOwnSurnames(statements: readonly Statement[], redraw: Draw): Statement[] {
  const taken = new Set<string>();
  return statements.map((statement) => {
    const { value: drawn } = statement;
    const value = taken.has(drawn) ? redraw.one(SURNAMES.filter((name) => !taken.has(name))) : drawn;
    taken.add(value);
    return { ...statement, value };
  });
}
