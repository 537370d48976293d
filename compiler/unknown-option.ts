/** What is said of a key that is no option, for callers without types: what is misspelt would silently do nothing. */
export function unknownOption(options: object, known: Readonly<Record<string, true>>): string | undefined {
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(known, key));
  if (unknown === undefined) return undefined;
  return `there is no option '${unknown}'; there are ${Object.keys(known).join(', ')}`;
}
