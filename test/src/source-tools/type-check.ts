import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** As strict as the project itself, for files that import the packages as they are built. */
const OPTIONS =
  '--ignoreConfig --noEmit --strict --noUnusedLocals --noUnusedParameters --noUncheckedIndexedAccess --exactOptionalPropertyTypes ' +
  '--verbatimModuleSyntax --skipLibCheck --target es2022 --module nodenext --types node';

/** What the TypeScript compiler says of files, with further options; nothing where they are right. */
export function typeErrors(files: readonly string[], options: readonly string[] = []): string {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [compiler, ...OPTIONS.split(' '), ...options, ...files],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  return stdout + stderr;
}
