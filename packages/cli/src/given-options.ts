/** Options of these that a command line gives, as it spells them. */
export function givenOptions(options: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${value === false ? 'no-' : ''}${inKebabCase(name)}`);
}

function inKebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
