import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GeodesicError, SlerpMergeOptions } from '@geodesic/compiler';
import { applyMerge } from '@geodesic/source-tools';
import { transformSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { scratchFolder } from './scratch-folder.js';
import { typeErrors } from './type-check.js';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const scratch = scratchFolder();
afterAll(() => scratch.remove());
cpSync(FIXTURES, scratch.path, { recursive: true });
const CONFIG = {
  compilerOptions: {
    strict: true,
    module: 'nodenext',
    target: 'es2022',
    types: ['node'],
    skipLibCheck: true,
  },
};
writeFileSync(join(scratch.path, 'tsconfig.json'), JSON.stringify(CONFIG));

/** Windows' line ends, and the mark that some of its editors write. */
const windows = readFileSync(join(FIXTURES, 'merged/many-lines.ts'), 'utf8').replaceAll('\n', '\r\n');
writeFileSync(join(scratch.path, 'merged/windows.ts'), `\uFEFF${windows}`);

const folder = join(scratch.path, 'merged');
const programs = readdirSync(folder).sort();
const MERGE: SlerpMergeOptions = { afterLayer: 1, keepEnd: 2 };

/** Of 20 tokens 4 are kept at the start and 2 at the end, and 14 are 7 pairs. */
const MERGED_SLOTS = 13;

/** Runs programs as users do, built, with the packages as they are built; what each of them exports, by its name. */
function runAll(name: string): Record<string, { readonly slots?: number; readonly merged?: boolean }> {
  const out = join(scratch.path, name);
  for (const part of ['merged', 'parts']) {
    mkdirSync(join(out, part), { recursive: true });
    for (const file of readdirSync(join(scratch.path, part))) {
      const source = readFileSync(join(scratch.path, part, file), 'utf8');
      writeFileSync(
        join(out, part, file.replace('.ts', '.js')),
        transformSync(source, { loader: 'ts' }).code,
      );
    }
  }
  const all = programs.map(
    (file) => `${JSON.stringify(file)}: { ...(await import('./merged/${file.replace('.ts', '.js')}')) }`,
  );
  const main = join(out, 'main.js');
  writeFileSync(main, `process.stdout.write(JSON.stringify({ ${all.join(', ')} }));`);
  const { stdout, stderr } = spawnSync(process.execPath, [main], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as ReturnType<typeof runAll>;
}

describe('applyMerge', () => {
  it('has ten programs or more to rewrite, none of which merges so', () => {
    expect(programs.length).toBeGreaterThanOrEqual(10);
    for (const { slots, merged } of Object.values(runAll('before'))) {
      expect(slots === undefined ? merged : slots > MERGED_SLOTS ? false : slots).toBe(false);
    }
  }, 120_000);

  it.each(programs)(
    'rewrites %s, once, and leaves every other line as it is',
    (name) => {
      const path = join(folder, name);
      const { before, source, diff } = applyMerge(path, MERGE);
      expect(source).not.toBe(before);
      expect(before).toBe(readFileSync(path, 'utf8'));
      // Every comment stays, and so do the line ends.
      const comments = (text: string) => text.match(/\/\/[^\r\n]*|\/\*.*?\*\//g) ?? [];
      expect(comments(source)).toEqual(comments(before));
      expect(source.split('\r\n').length - 1).toBe(name === 'windows.ts' ? source.split('\n').length - 1 : 0);
      const changed = diff.split('\n').filter((line) => /^[-+](?![-+]{2} )/.test(line)).length;
      expect(changed).toBeLessThanOrEqual(6);
      writeFileSync(path, source);
      expect(applyMerge(path, MERGE)).toEqual({ before: source, source, diff: '' });
    },
    120_000,
  );

  it('gives programs that type-check', () => {
    expect(
      typeErrors(programs.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))),
    ).toBe('');
  });

  it('gives programs that run, and merge', () => {
    for (const [name, { slots, merged }] of Object.entries(runAll('after'))) {
      expect(slots ?? merged, name).toBe(slots === undefined ? true : MERGED_SLOTS);
    }
  }, 120_000);

  it('writes what is added as the file is written', () => {
    const lines = (name: string) => readFileSync(join(folder, name), 'utf8').split('\n');
    expect(lines('no-options.ts')).toContain(
      'const session = model.session({ merge: { afterLayer: 1, keepEnd: 2 } }); // as it is',
    );
    expect(lines('many-lines.ts')).toContain('    merge: { afterLayer: 1, keepEnd: 2 },');
    expect(lines('no-trailing-comma.ts')).toContain('\t\tmerge: { afterLayer: 1, keepEnd: 2 }');
    expect(lines('compiled-with-passes.ts')[0]).toBe(
      "import { compile, findNode, type Pass, slerpMerge } from 'geodesic';",
    );
    expect(lines('merged-before.ts')).toContain('  afterLayer: 1, // of four');
    expect(lines('constant-layer.ts')).toContain('const KEPT = 2;');
    expect(lines('session-pass.ts')).toContain(
      'const session = model.session({ passes: [slerpMerge({ afterLayer: 1, keepEnd: 2 })] });',
    );
  });
});

/** Where each is refused, and why. */
const REFUSALS: Readonly<Record<string, readonly [place: string, reason: string]>> = {
  'any.ts': ['4:57', "the type of 'anything' is not known"],
  'both-ways.ts': ['4:24', "it merges by 'merge' and by 'passes': which one is meant"],
  'changed-later.ts': ['6:38', 'it is changed behind its declaration in line 4'],
  'compared.ts': ['3:21', 'line 4 is merged'],
  'computed.ts': ['3:61', 'its value is computed'],
  'condition-inside.ts': ['3:15', 'what it is depends on a condition'],
  'condition.ts': ['4:38', 'what it is depends on a condition'],
  'listed-layers.ts': ['3:47', 'it merges behind several layers'],
  'name-taken.ts': ['3:14', "'slerpMerge' stands for something else here"],
  'nothing.ts': ['1:1', 'it opens no session and compiles no model'],
  'other-file.ts': ['4:38', 'it is declared in another file, at '],
  'parameter.ts': ['4:64', 'it is a parameter: whoever calls the function decides on it'],
  'reference.ts': ['3:47', "the interpolation 'reference' merges all its pairs"],
  'several-merges.ts': ['3:47', '2 merges are listed: which one is meant'],
  'spread-parameter.ts': ['4:84', 'it is a parameter: whoever calls the function decides on it'],
  'too-deep.ts': ['3:24', 'afterLayer 1 is out of range: the model has 1 layers, 0 to 0'],
  'unknown-pass.ts': ['4:64', "'somePass' is no function that this file writes out"],
};

describe('applyMerge refuses', () => {
  const refused = join(scratch.path, 'refused');

  it('programs that are right', () => {
    expect(readdirSync(refused)).toEqual(Object.keys(REFUSALS));
    expect(typeErrors(readdirSync(refused).map((name) => join(refused, name)))).toBe('');
  });

  it.each(Object.entries(REFUSALS))(
    '%s',
    (name, [place, reason]) => {
      const path = join(refused, name);
      const refusal = catchError(() => applyMerge(path, { afterLayer: 1, ratio: 0.5 }));
      expect(refusal.code).toBe('source.refused');
      expect(refusal.message).toContain(`${path}:${place}: not rewritten: `);
      expect(refusal.message).toContain(reason);
      expect(refusal.message).not.toContain('\n');
    },
    120_000,
  );

  it.each([
    ['[o] = [{}];'],
    ['({ o } = { o: {} });'],
    ['for (o of [{}]);'],
    ["Object.defineProperty(o, 'merge', {});"],
    ["Reflect.set(o, 'merge', undefined);"],
    ["Reflect.deleteProperty(o, 'merge');"],
    ['const p = o; p.merge = undefined;'],
    ['off(o); function off(x: typeof o) { x.merge = undefined; }'],
    ['const all = { o }; all.o.merge = undefined;'],
    ['const q = ms; q.push({ afterLayer: 5 });', 'merge: ms'],
    ['const [first] = ms; first!.afterLayer = 5;', 'merge: ms'],
  ])(
    'options that change: %s',
    (change, merge = 'merge: { afterLayer: 2 }') => {
      const path = join(refused, 'changed.ts');
      const source = [
        "import { loadTiny } from '../parts/tiny.js';",
        'const model = await loadTiny();',
        'export const ms = [{ afterLayer: 2 }];',
        `let o: { merge?: { afterLayer: number } | { afterLayer: number }[] | undefined } = { ${merge} };`,
        change,
        'export const session = model.session(o as object);',
      ];
      writeFileSync(path, source.join('\n'));
      expect(typeErrors([path])).toBe('');
      const refusal = catchError(() => applyMerge(path, { afterLayer: 1 }));
      expect(refusal.code).toBe('source.refused');
      expect(refusal.message).toMatch(/ behind its declaration in line [34]$/);
      rmSync(path);
    },
    120_000,
  );

  it('a line of a comparison that is named is rewritten alone', () => {
    const { source } = applyMerge(join(refused, 'compared.ts'), { afterLayer: 1 }, { line: 4 });
    expect(source).toContain('base = model.session();');
    expect(source).toContain('merged = model.session({ merge: { afterLayer: 1 } });');
  });

  it('a line that shares its options with another', () => {
    const path = join(refused, 'several.ts');
    const source = readFileSync(join(FIXTURES, 'merged/several.ts'), 'utf8');
    writeFileSync(path, source.replace('second!.session', '\n  second!.session'));
    const refusal = catchError(() => applyMerge(path, { afterLayer: 1 }, { line: 6 }));
    expect(refusal.message).toContain(
      `${path}:5:19: not rewritten: it has the same options as what is to be rewritten`,
    );
  });

  it('a project whose tsconfig.json is damaged', () => {
    const damaged = join(scratch.path, 'damaged');
    mkdirSync(damaged);
    writeFileSync(join(damaged, 'tsconfig.json'), '{ "extends": "./missing.json", ');
    writeFileSync(join(damaged, 'a.ts'), 'export {};');
    const refusal = catchError(() => applyMerge(join(damaged, 'a.ts'), { afterLayer: 1 }));
    expect(refusal.code).toMatch(/^source\.(tsconfig|refused)$/);
  });
});

function catchError(body: () => unknown): GeodesicError {
  try {
    body();
  } catch (error) {
    return error as GeodesicError;
  }
  throw new Error('nothing was thrown');
}
