import { InvalidArgumentError } from 'commander';

export const wholeNumber = numberWhere(isWhole, 'A whole number of at least 0');
export const positiveInteger = numberWhere((value) => isWhole(value) && value > 0, 'A whole number above 0');
export const notNegative = numberWhere((value) => value >= 0, 'A number of at least 0');
export const positive = numberWhere((value) => value > 0, 'A number above 0');
export const probability = numberWhere((value) => value > 0 && value <= 1, 'A number above 0 and at most 1');
export const cosine = numberWhere((value) => value >= -1 && value <= 1, 'A number from -1 to 1');
export const portNumber = numberWhere(
  (value) => Number.isInteger(value) && value >= 0 && value <= 65535,
  'A port, 0 to 65535,',
);
/** Of generators that take 32 bits: a larger one would draw what another does. */
export const seed = numberWhere(
  (value) => isWhole(value) && value < 2 ** 32,
  'A whole number from 0 to 4294967295',
);
/** Seconds that a timer of Node can wait. */
export const timerSeconds = numberWhere(
  (value) => value > 0 && value * 1000 < 2 ** 31,
  'A number of seconds above 0, at most 2147483,',
);
export const unitInterval = numberWhere((value) => value >= 0 && value <= 1, 'A number from 0 to 1');

/** A parser of finite decimal numbers: `Number` alone would take the empty text for 0, and let `nan` through. */
function numberWhere(valid: (value: number) => boolean, needed: string): (text: string) => number {
  return (text) => {
    const value = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (!Number.isFinite(value) || !valid(value)) throw new InvalidArgumentError(`${needed} is needed.`);
    return value;
  };
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** `1,2,3` */
export function tokenList(text: string): number[] {
  if (!/^\d+(,\d+)*$/.test(text))
    throw new InvalidArgumentError('Token ids separated by commas are needed, such as 1,2,3.');
  return text.split(',').map(Number);
}
