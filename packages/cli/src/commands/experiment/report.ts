import { writeReport } from '@geodesic/experiments';

/** Writes the report of what a folder holds so far. */
export async function reportCommand(folder: string): Promise<void> {
  process.stdout.write(`${await writeReport(folder)}\n`);
}
