import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { type Finished, startProgram } from '../cli/run-program.js';
import { type Block, blocksOf, ROOT, SCRIPTS } from './pages.js';

/** Blocks of a page that are one module. */
export interface Script {
  readonly page: string;
  readonly blocks: readonly Block[];
}

/** The modules that the `ts` blocks of a page are. */
export function scriptsOf(page: string): Script[] {
  const blocks = blocksOf(page).filter(({ language }) => language === 'ts');
  if (blocks.length === 0) return [];
  return SCRIPTS.has(page) ? [{ page, blocks }] : blocks.map((block) => ({ page, blocks: [block] }));
}

/** The source of a script, each line where the page has it, so that what is said of a line holds for the page. */
export function sourceOf({ blocks }: Script): string {
  let source = '';
  let line = 1;
  for (const block of blocks) {
    source += '\n'.repeat(block.line - line) + block.code;
    line = block.line + block.code.split('\n').length - 1;
  }
  return source;
}

/** Runs TypeScript as users do, with packages as they are built; what the download of a model says is left out of stderr. */
export async function runTypeScript(source: string): Promise<Finished> {
  const { code } = transformSync(source, { loader: 'ts', format: 'esm' });
  const { exitCode, stdout, stderr } = await startProgram(process.execPath, ['--input-type=module'], {
    cwd: join(ROOT, 'test'),
    env: { GEODESIC_MODEL_SOURCE: 'wheel' },
    stdin: code,
  }).finished;
  return { exitCode, stdout, stderr: stderr.replace(/^downloading .*$/gm, '').trim() };
}
