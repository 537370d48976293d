import { shippedSpecs } from '@geodesic/experiments';

/** Prints the specs that come with the program. */
export async function listCommand(): Promise<void> {
  const specs = await shippedSpecs();
  const width = Math.max(...specs.map(({ spec }) => spec.name.length));
  for (const { spec } of specs) {
    process.stdout.write(`${spec.name.padEnd(width)}  ${spec.description.trim().replace(/\s+/g, ' ')}\n`);
  }
}
