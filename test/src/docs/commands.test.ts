import { afterAll, describe, expect, it } from 'vitest';
import { GEODESIC } from '../cli/run-geodesic.js';
import { startProgram } from '../cli/run-program.js';
import { scratchFolder } from '../source-tools/scratch-folder.js';
import { commandsOf, pageCommands, prepareFolder } from './commands.js';
import { NOT_RUN } from './not-run.js';
import { PAGES } from './pages.js';

/** In a shell, with `npx geodesic` as the built program: npx itself would look for the package on the network. */
const SHELL = `npx() { [ "$1" = geodesic ] && shift && "${process.execPath}" "${GEODESIC}" "$@"; }`;

function runShell(command: string, cwd: string) {
  const env = { GEODESIC_MODEL_SOURCE: 'wheel' };
  return startProgram('bash', ['-ec', `${SHELL}\n${command}`], { cwd, env }).finished;
}

const pages = PAGES.map((page) => ({
  page,
  commands: pageCommands(page).filter(({ command }) => !(command in NOT_RUN)),
})).filter(({ commands }) => commands.length > 0);

describe.each(pages)('$page', ({ page, commands }) => {
  // One folder a page: a command finds what those before it have written.
  const folder = scratchFolder();
  prepareFolder(folder.path);
  afterAll(() => folder.remove());

  it.each(commands)(
    '$place: $command',
    async ({ place, command }) => {
      const { exitCode, stderr } = await runShell(command, folder.path);
      const advice =
        `${page}: '${command}' fails where a reader would run it. Its files are those of prepareFolder in ` +
        'test/src/docs/commands.ts and what the commands before it wrote; if no test can run it, list it in not-run.ts';
      expect(exitCode, `${place}: ${advice}\n${stderr}`).toBe(0);
    },
    300_000,
  );
});

it('fails for a command that fails, and for an option that is not there', async () => {
  const cwd = import.meta.dirname;
  expect((await runShell('npx geodesic models --nonsense', cwd)).exitCode).toBe(1);
  expect((await runShell('npx geodesic models | false', cwd)).exitCode).toBe(1);
  expect((await runShell('npx something-else', cwd)).exitCode).not.toBe(0);
});

it('takes comments off and joins lines', () => {
  const code = "npx geodesic a --b 'c d'   # why\n# alone\n\nnpx geodesic e \\\n  --f\n";
  expect(commandsOf({ code })).toEqual(["npx geodesic a --b 'c d'", 'npx geodesic e    --f']);
});
