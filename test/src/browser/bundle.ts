import { basename } from 'node:path';
import { build } from 'esbuild';

/** Where the page finds the bundle's first file. */
export const BUNDLE_START = '/start.js';

/** The bundle's files by URL path. */
export type Bundle = ReadonlyMap<string, Uint8Array>;

/**
 * Bundles a module that exports `main(input)` for the browser, straight from the workspace's sources, and puts `main`
 * on globalThis as `geodesicMain`.
 *
 * @param entryFile absolute path of the module
 */
export async function bundle(entryFile: string): Promise<Bundle> {
  const result = await build({
    stdin: {
      contents: `import { main } from ${JSON.stringify(entryFile)}; globalThis.geodesicMain = main;`,
      resolveDir: import.meta.dirname,
      sourcefile: 'start.js',
    },
    bundle: true,
    // Lazy imports stay lazy, as in a user's bundle.
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['source', 'browser'],
    outdir: '/',
    entryNames: 'start',
    write: false,
    logLevel: 'silent',
  });
  return new Map(result.outputFiles.map((file) => [`/${basename(file.path)}`, file.contents]));
}
