import { written } from './written.js';

/**
 * What is wrong with options that are no record, or have a key that is no option, for callers without types: what is misspelt would
 * silently do nothing.
 */
export function optionFault(options: unknown, known: Readonly<Record<string, true>>): string | undefined {
  if (typeof options !== 'object' || options === null) return `${written(options)} is no record of options`;
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(known, key));
  if (unknown === undefined) return undefined;
  return `there is no option '${unknown}'; there are ${Object.keys(known).join(', ')}`;
}
