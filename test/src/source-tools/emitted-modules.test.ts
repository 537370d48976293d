import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuBackend } from '@geodesic/backend-cpu';
import type { SlerpMergeOptions } from '@geodesic/compiler';
import { modelFromHuggingFace } from '@geodesic/models';
import { LanguageModel, randomParameters } from '@geodesic/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference } from '../difference.js';
import { letterTokenizer } from '../generation/letter-tokenizer.js';
import { loadTinyModel, TINY_MODELS } from '../models/tiny-models.js';
import { GOLDENS } from '../read-golden.js';
import {
  type EmittedModule,
  emittedLogits,
  emittedSource,
  PROMPT,
  sessionLogits,
  tinyConfig,
} from './emitted-module.js';
import { scratchFolder } from './scratch-folder.js';
import { typeErrors } from './type-check.js';

const ROOT = join(import.meta.dirname, '../../..');
const scratch = scratchFolder();
afterAll(() => scratch.remove());

const MERGE: SlerpMergeOptions = { afterLayer: 1, keepStart: 2, keepEnd: 3 };

/** Models of which layers of two kinds take turns, more often than in the tiny checkpoints. */
const types = (count: number, period: number) =>
  Array.from({ length: count }, (_, i) => ((i + 1) % period === 0 ? 'full_attention' : 'sliding_attention'));
const TURNS = {
  'many-smollm3': {
    ...tinyConfig('tiny-smollm3'),
    num_hidden_layers: 10,
    layer_types: new Array(10).fill('full_attention'),
    no_rope_layers: Array.from({ length: 10 }, (_, i) => ((i + 1) % 4 === 0 ? 0 : 1)),
  },
  'many-gemma3': { ...tinyConfig('tiny-gemma3'), num_hidden_layers: 14, layer_types: types(14, 6) },
};

const fileOf = (name: string) => join(scratch.path, `${name}.ts`);
const importOf = async (name: string) => (await import(fileOf(name))) as EmittedModule;

const MODULES = {
  ...Object.fromEntries(TINY_MODELS.map((name) => [name, emittedSource(tinyConfig(name), [MERGE])])),
  ...Object.fromEntries(
    Object.entries(TURNS).map(([name, config]) => [name, emittedSource(config, [MERGE])]),
  ),
};
for (const [name, source] of Object.entries(MODULES)) writeFileSync(fileOf(name), source);

/** What a module may do besides slerping pairs once. */
const VARIANTS: readonly (readonly [string, readonly SlerpMergeOptions[]])[] = [
  ['unmerged', []],
  ['triples', [{ ...MERGE, group: 3, proportionalAttention: false }]],
  ['reference', [{ afterLayer: 1, interpolation: 'reference' }]],
  ['mean-compact', [{ ...MERGE, interpolation: 'mean', positions: 'compact' }]],
  ['drop-last', [{ ...MERGE, interpolation: 'drop', positions: 'last', protect: [] }]],
  [
    'two',
    [
      { ...MERGE, afterLayer: 0 },
      { ...MERGE, afterLayer: 2, interpolation: 'norm-preserving' },
    ],
  ],
];
for (const [name, merges] of VARIANTS)
  writeFileSync(fileOf(name), emittedSource(tinyConfig('tiny-llama'), merges));

const ALL = [...Object.keys(MODULES), ...VARIANTS.map(([name]) => name)];

describe('emitted modules', () => {
  it('type-check in a strict project', () => {
    expect(typeErrors(ALL.map(fileOf))).toBe('');
  });

  it.each(ALL)('%s is formatted and linted as the project is', (name) => {
    const text = readFileSync(fileOf(name), 'utf8');
    const args = ['check', '--write', '--error-on-warnings', '--stdin-file-path=models/emitted.ts'];
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['node_modules/@biomejs/biome/bin/biome', ...args],
      { cwd: ROOT, input: text, encoding: 'utf8' },
    );
    expect(stdout, stderr).toBe(text);
  });

  it('say of layers that take turns which is whose', () => {
    expect(MODULES['many-smollm3']).toContain('const layer = (index + 1) % 4 === 0 ? layer3 : layer0;');
    expect(MODULES['many-gemma3']).toContain('if ((index + 1) % 6 === 0) shared = ');
  });

  it('are shown by a golden one; vitest -u writes it', async () => {
    await expect(MODULES['tiny-llama']).toMatchFileSnapshot(join(GOLDENS, 'emitted/tiny-llama.ts'));
  });
});

await describeBackends(
  'emitted modules compute what the compiled program computes, bit for bit',
  ({ device }) => {
    it.each(TINY_MODELS)('%s', async (name) => {
      const model = await loadTinyModel(name, device);
      try {
        const module = await importOf(name);
        const expected = await sessionLogits(model, [MERGE]);
        expect(await emittedLogits(module, model, device)).toEqual(expected);
        const { WEIGHTS } = module;
        for (const [path, { shape }] of model.parameters) {
          expect(WEIGHTS[path.replace(/\.\d+\./, '.{i}.')] ?? WEIGHTS[path], path).toEqual(shape);
        }
      } finally {
        model.dispose();
      }
    });

    it.each(VARIANTS)('%s', async (name, merges) => {
      const model = await loadTinyModel('tiny-llama', device);
      try {
        const expected = await sessionLogits(model, merges);
        expect(await emittedLogits(await importOf(name), model, device)).toEqual(expected);
      } finally {
        model.dispose();
      }
    });

    it.each(Object.entries(TURNS))('%s', async (name, description) => {
      const { model: definition, config } = modelFromHuggingFace(description);
      const parameters = randomParameters(definition, device);
      const model = new LanguageModel({ definition, config, device, parameters });
      try {
        const expected = await sessionLogits(model, [MERGE]);
        expect(await emittedLogits(await importOf(name), model, device)).toEqual(expected);
      } finally {
        model.dispose();
      }
    });

    it('with protected tokens', async () => {
      const plain = await loadTinyModel('tiny-llama', device);
      const { definition, config, parameters } = plain;
      const model = new LanguageModel({
        definition,
        config,
        device,
        parameters,
        tokenizer: letterTokenizer(),
      });
      try {
        const isProtected = (id: number) => id % 3 === 0;
        const protect = ({ id }: { readonly id: number }) => isProtected(id);
        const expected = await sessionLogits(model, [{ ...MERGE, protect }]);
        const flags = PROMPT.map((row) => Uint8Array.from(row, (id) => (isProtected(id) ? 1 : 0)));
        const module = await importOf('tiny-llama');
        expect(await emittedLogits(module, model, device, flags)).toEqual(expected);
        expect(await emittedLogits(module, model, device)).not.toEqual(expected);
      } finally {
        model.dispose();
      }
    });
  },
  { only: ['cpu'] },
);

/** Its own kernels add up in another order. */
const TOLERANCE = 1e-5;

await describeBackends(
  'emitted modules run on other backends',
  ({ device }) => {
    it.each(['tiny-llama', 'tiny-bloom', 'tiny-mixtral'])('%s', async (name) => {
      const model = await loadTinyModel(name, device);
      try {
        const expected = await sessionLogits(model, [MERGE]);
        const actual = await emittedLogits(await importOf(name), model, device);
        for (const [i, logits] of actual.entries()) {
          expect(relativeDifference(logits, expected[i] as ArrayLike<number>)).toBeLessThanOrEqual(TOLERANCE);
        }
      } finally {
        model.dispose();
      }
    });
  },
  { only: ['wasm'] },
);

describe('an emitted module', () => {
  it('checks its arguments', async () => {
    const device = await cpuBackend.open();
    const model = await loadTinyModel('tiny-phi3-longrope', device);
    const module = await importOf('tiny-phi3-longrope');
    const { parameters } = model;
    device.activate();
    const step = module.prefill(parameters, [[1, 2, 3, 4, 5]]);
    const failing = (code: string) => expect.objectContaining({ code });
    try {
      expect(() => module.prefill(new Map(), [[1]])).toThrow(failing('run.input'));
      expect(() => module.prefill(parameters, [[1, 64]])).toThrow(failing('run.token'));
      expect(() => module.prefill(parameters, [[1, 2]], [[1]])).toThrow(failing('run.input'));
      expect(() => module.decode(parameters, [[1], [2]], step.caches)).toThrow(failing('run.input'));
      expect(() => module.decode(parameters, [new Array(60).fill(1)], step.caches)).toThrow(
        failing('run.context'),
      );
      // LongRoPE changes its frequencies behind 16 tokens.
      expect(() => module.decode(parameters, [new Array(12).fill(1)], step.caches)).toThrow(
        failing('run.frequencies'),
      );
    } finally {
      step.logits.dispose();
      module.dispose(step.caches);
      model.dispose();
    }
  });

  it.each([
    [{ ratio: 0.5 }, 'ratio 0.5'],
    [{ threshold: 0.9 }, 'threshold 0.9'],
    [{ stream: 'exact' }, "stream 'exact'"],
    [{ stream: 'kv' }, "stream 'kv'"],
    [{ evict: 'middle' }, "evict 'middle'"],
    [{ protect: ['surprising', 'norm-outliers'] }, "protect 'surprising, norm-outliers'"],
    [{ protect: () => true }, 'protect a predicate'],
  ] as const)('is refused for %j, by name', (options, named) => {
    expect(() => emittedSource(tinyConfig('tiny-llama'), [{ afterLayer: 1, ...options }])).toThrow(
      expect.objectContaining({
        code: 'emit.unsupported',
        message: expect.stringContaining(`a merge with ${named} `),
      }),
    );
  });
});
