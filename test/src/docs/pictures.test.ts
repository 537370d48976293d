import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { scratchFolder } from '../source-tools/scratch-folder.js';
import { ROOT } from './pages.js';

const PICTURES = join(ROOT, 'docs/pictures');
const scratch = scratchFolder();
afterAll(() => scratch.remove());

const svgsOf = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.endsWith('.svg'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

it('pictures are those that docs/pictures/draw.mjs draws of what the library computes', () => {
  execFileSync(process.execPath, [join(PICTURES, 'draw.mjs'), scratch.path]);
  expect(svgsOf(PICTURES)).toEqual(svgsOf(scratch.path));
});
