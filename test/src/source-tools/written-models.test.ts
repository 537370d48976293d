import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printGraph } from '@geodesic/compiler';
import type { Model } from '@geodesic/dsl';
import { architectures, type DecoderConfig, modelFromHuggingFace } from '@geodesic/models';
import { checkSources, writeModel } from '@geodesic/source-tools';
import { afterAll, describe, expect, it } from 'vitest';
import { TINY_MODELS } from '../models/tiny-models.js';
import { GOLDENS } from '../read-golden.js';
import { scratchFolder } from './scratch-folder.js';
import { typeErrors } from './type-check.js';

const ROOT = join(import.meta.dirname, '../../..');
const scratch = scratchFolder();
afterAll(() => scratch.remove());

const configs = TINY_MODELS.map((name) => ({
  name,
  config: JSON.parse(readFileSync(join(GOLDENS, name, 'config.json'), 'utf8')) as Record<string, unknown>,
}));
const fileOf = (name: string) => join(scratch.path, `${name}.ts`);
for (const { name, config } of configs) writeFileSync(fileOf(name), writeModel(config));

interface WrittenModule {
  readonly config: DecoderConfig;
  readonly [exported: string]: unknown;
}

/** A graph without the lines of source that declared its nodes. */
function withoutSources(model: Model, phase: 'prefill' | 'decode'): string {
  return printGraph(model.trace({ phase, logits: 'last' })).replace(/ @\S+:\d+:\d+$/gm, '');
}

describe('written models', () => {
  it('are of every architecture', () => {
    const written = new Set(configs.map(({ config }) => modelFromHuggingFace(config).architecture));
    expect([...written].sort()).toEqual(architectures.map(({ name }) => name).sort());
  });

  it('type-check in a strict project', () => {
    expect(typeErrors(configs.map(({ name }) => fileOf(name)))).toBe('');
  });

  it('are formatted as the project formats', () => {
    const source = configs.map(({ name }) => readFileSync(fileOf(name), 'utf8'));
    for (const text of source) {
      const args = [
        'node_modules/@biomejs/biome/bin/biome',
        'check',
        '--write',
        '--stdin-file-path=models/written.ts',
      ];
      const { stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: ROOT,
        input: text,
        encoding: 'utf8',
      });
      expect(stdout, stderr).toBe(text);
    }
  });

  it('have nothing that geodesic check finds wrong', () => {
    const findings = checkSources(configs.map(({ name }) => fileOf(name)));
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('have nothing in them that a config says to a line end', () => {
    const config = { ...configs[0]?.config, _name_or_path: '\u2028console.log(1)//' };
    expect(writeModel(config)).toContain('//   _name_or_path: "\\u2028console.log(1)//"\n');
    expect(() => writeModel({ ...config, 'x\nconsole.log(1);\n//_dropout': 0 })).toThrow(
      expect.objectContaining({ code: 'config.unknown-field' }),
    );
  });

  it.each(configs)('$name traces to the graph of its config', async ({ name, config }) => {
    const module = (await import(fileOf(name))) as WrittenModule;
    const define = Object.entries(module).find(([exported]) => exported !== 'config')?.[1] as () => Model;
    const { model, config: expected } = modelFromHuggingFace(config);
    for (const phase of ['prefill', 'decode'] as const) {
      expect(withoutSources(define(), phase)).toBe(withoutSources(model, phase));
    }
    const { vocabSize, numHiddenLayers, maxPositionEmbeddings } = expected;
    expect(module.config).toEqual({ vocabSize, numHiddenLayers, maxPositionEmbeddings });
  });
});

describe('shipped models', () => {
  it('have nothing that geodesic check finds wrong', () => {
    const folder = join(ROOT, 'models');
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.includes('.test.'));
    expect(files).toContain('llama.ts');
    expect(checkSources(files.map((name) => join(folder, name)))).toEqual([]);
  });
});
