import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emittedSource, tinyConfig } from './emitted-module.js';
import { scratchFolder } from './scratch-folder.js';
import { typeErrors } from './type-check.js';

const ROOT = join(import.meta.dirname, '../../..');
const inside = scratchFolder();
const alone = mkdtempSync(join(tmpdir(), 'geodesic-emitted-'));
afterAll(() => {
  inside.remove();
  rmSync(alone, { recursive: true, force: true });
});

/** One of RoPE, one of ALiBi, one of learned positions. */
const MODELS = ['tiny-llama', 'tiny-bloom', 'tiny-gpt2'];

describe('emitted modules need nothing but tfjs and the kernels', () => {
  beforeAll(() => {
    for (const name of MODELS) {
      const source = emittedSource(tinyConfig(name), [{ afterLayer: 1 }]);
      for (const folder of [inside.path, alone]) writeFileSync(join(folder, `${name}.ts`), source);
    }
    writeFileSync(join(alone, 'package.json'), '{ "type": "module" }');
    for (const scope of ['@tensorflow', '@geodesic'])
      mkdirSync(join(alone, 'node_modules', scope), { recursive: true });
    for (const name of ['@tensorflow/tfjs-core', '@geodesic/backend', '@geodesic/compiler'])
      symlinkSync(join(ROOT, 'node_modules', name), join(alone, 'node_modules', name), 'dir');
  });

  it('to type-check, in a folder that has these alone', () => {
    const files = MODELS.map((name) => join(alone, `${name}.ts`));
    expect(typeErrors(files, ['--preserveSymlinks', '--types', ''])).toBe('');
  });

  it('to run: of the compiler, what is computed on the host is loaded, and nothing that compiles', async () => {
    const { metafile } = await build({
      entryPoints: MODELS.map((name) => join(inside.path, `${name}.ts`)),
      absWorkingDir: ROOT,
      outdir: join(inside.path, 'out'),
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      conditions: ['source'],
      external: ['@tensorflow/tfjs-core'],
    });
    const scratch = relative(ROOT, inside.path);
    const loaded = Object.keys(metafile.inputs).filter((path) => !path.startsWith(scratch));
    expect(loaded.filter((path) => !path.startsWith('packages/backend/src/'))).toEqual([
      'compiler/error.ts',
      'compiler/host/append-tokens.ts',
      'compiler/host/attention-mask.ts',
      'compiler/written.ts',
      'compiler/host/check-tokens.ts',
      'compiler/ir/ops.ts',
      'compiler/host/rotary-scaling.ts',
      'compiler/host/length-dependence.ts',
      'compiler/host/padded-rows.ts',
      'compiler/host/position-indices.ts',
      'compiler/host/rotary-rows.ts',
      'compiler/host/rotary.ts',
      'compiler/host/host-array.ts',
      'compiler/host/slots/plan.ts',
      'compiler/host/slots/plan-array.ts',
      'compiler/host/slots/stream-ops.ts',
      'compiler/host/index.ts',
    ]);
    const ofBackend = loaded.filter((path) => path.startsWith('packages/backend/src/'));
    expect(ofBackend.filter((path) => !/\/(composed|kernels)\//.test(path))).toEqual([]);
    expect(ofBackend).toContain('packages/backend/src/composed/attention.ts');
  });
});
