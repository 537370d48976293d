import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { scratchFolder } from '../source-tools/scratch-folder.js';
import { PAGES, ROOT } from './pages.js';
import { scriptsOf, sourceOf } from './scripts.js';

const scratch = scratchFolder();
afterAll(() => scratch.remove());

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

/** What TypeScript says of modules, by the paths that they get; it is as strict as for the project itself. */
async function faultsOf(modules: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [path, source] of Object.entries(modules)) {
    mkdirSync(dirname(join(scratch.path, path)), { recursive: true });
    writeFileSync(join(scratch.path, path), source);
  }
  const project = {
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions: { composite: false, noEmit: true, types: ['node'] },
    files: Object.keys(modules),
  };
  writeFileSync(join(scratch.path, 'tsconfig.json'), JSON.stringify(project));
  const said = await new Promise<string>((resolve) => {
    execFile(process.execPath, [TSC, '-p', '.', '--pretty', 'false'], { cwd: scratch.path }, (failed, out) =>
      resolve(failed && out === '' ? String(failed) : out),
    );
  });
  return said.split('\n').filter((line) => line !== '');
}

it('finds nothing to say of the types of any ts block', async () => {
  // Modules have the lines of their page, and so have the errors: docs/guide.md.0.ts(12,5) is line 12 of docs/guide.md.
  const modules = PAGES.flatMap((page) =>
    scriptsOf(page).map((script, i) => [`${page}.${i}.ts`, `${sourceOf(script)}export {};\n`] as const),
  );
  expect(modules.length).toBeGreaterThan(0);
  expect(await faultsOf(Object.fromEntries(modules))).toEqual([]);
}, 120_000);

it('would find a wrong option', async () => {
  const wrong = "import { slerpMerge } from 'geodesic';\n\nslerpMerge({ afterLayer: '2' });\n";
  const faults = await faultsOf({ 'wrong.ts': wrong });
  expect(faults).toEqual([expect.stringMatching(/^wrong\.ts\(3,14\): error TS2322/)]);
}, 120_000);

it('takes options of loadModel that were put together elsewhere, undefined ones too', async () => {
  const passedOn = [
    "import { type LanguageModel, type LoadModelOptions, loadModel } from 'geodesic';",
    'export const load = (options: LoadModelOptions, backend?: string): Promise<LanguageModel> =>',
    "  loadModel('smollm2-135m-instruct', { ...options, backend });",
    '',
  ];
  expect(await faultsOf({ 'passed-on.ts': passedOn.join('\n') })).toEqual([]);
}, 120_000);
