import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

interface Packed {
  readonly name: string;
  readonly folder: string;
  readonly paths: ReadonlySet<string>;
}

let published: readonly Packed[];

beforeAll(() => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--workspaces'];
  const output = execFileSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // A list, or by name: versions of npm differ.
  const packs = Object.values(
    JSON.parse(output) as Record<string, { name: string; files: { path: string }[] }>,
  );
  const all = packs.map(({ name, files }) => ({
    name,
    folder: join(ROOT, 'node_modules', name),
    paths: new Set(files.map(({ path }) => path)),
  }));
  published = all.filter(({ folder }) => manifestOf(folder).private !== true);
}, 300_000);

function manifestOf(folder: string): { readonly private?: boolean } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** The files and folders that a compiled file, or its types, names by a path from itself. */
function namedBy({ folder }: Packed, path: string): string[] {
  const source = readFileSync(join(folder, path), 'utf8');
  const names = source.matchAll(/(?:\bfrom |\bimport |\bimport\(|\bnew URL\()'(\.[^']+)'/g);
  return [...names].map(([, name = '']) => {
    const target = posix.join(posix.dirname(path), name);
    return path.endsWith('.d.ts') ? target.replace(/\.js$/, '.d.ts') : target;
  });
}

test('packages hold nothing of tests', () => {
  expect(published.length).toBeGreaterThan(10);
  const ofTests = published.flatMap(({ name, paths }) =>
    [...paths]
      .filter((path) => /\.test\.|\btesting\/|tsbuildinfo/.test(path))
      .map((path) => `${name}: ${path}`),
  );
  expect(ofTests).toEqual([]);
});

test('packages name no file that they leave out', () => {
  const named = published.flatMap((one) =>
    [...one.paths]
      .filter((path) => /\.(js|d\.ts)$/.test(path))
      .flatMap((path) => namedBy(one, path).map((target) => ({ one, path, target }))),
  );
  expect(named.length).toBeGreaterThan(1000);
  const holds = ({ paths }: Packed, target: string) =>
    target.endsWith('/') ? [...paths].some((path) => path.startsWith(target)) : paths.has(target);
  const missing = named.filter(({ one, target }) => !holds(one, target));
  expect(missing.map(({ one, path, target }) => `${one.name}: ${path} needs ${target}`)).toEqual([]);
});
