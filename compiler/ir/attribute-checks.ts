import { expect } from './axis-checks.js';

/** Refuses attributes that are no whole numbers of at least 0. */
export function wholeNumbers(attributes: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    expect(Number.isSafeInteger(value) && value >= 0, `needs a whole ${name} of at least 0, not ${value}`);
  }
}

/** Refuses attributes that are neither true nor false: what only looks like one would be taken for true. */
export function flags(attributes: Readonly<Record<string, boolean>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    expect(typeof value === 'boolean', `needs true or false for ${name}, not ${String(value)}`);
  }
}

export function oneOf<T>(name: string, value: T, allowed: readonly T[]): void {
  expect(allowed.includes(value), `knows no ${name} '${String(value)}'; there are ${allowed.join(', ')}`);
}
