import { join } from 'node:path';
import { planExperiment, SpecFile } from '@geodesic/experiments';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PLAIN_LLAMA } from '../properties/random-llama.js';
import { scratchFolder } from '../source-tools/scratch-folder.js';
import { windowedLlama } from '../windowed-llama.js';
import { prepareFolder } from './commands.js';
import { type Block, blocksOf, PAGES, placeOf } from './pages.js';

const folder = scratchFolder();
prepareFolder(folder.path);
afterAll(() => folder.remove());

const config = { ...PLAIN_LLAMA.config, numHiddenLayers: 30, maxPositionEmbeddings: 8192 };
const described = { definition: windowedLlama(config), config };

/** Parses a block; one that says which models and tasks is a spec, and must be fit to run on a model of 30 layers. */
async function check({ language, code, page }: Block): Promise<unknown> {
  const value: unknown = language === 'json' ? JSON.parse(code) : parse(code, { strict: true });
  if (language !== 'yaml' || typeof value !== 'object' || value === null || !('tasks' in value)) return value;
  const file = new SpecFile(join(folder.path, page.replaceAll('/', '-')), code);
  return (await planExperiment(file, { describe: async () => described })).spec;
}

const blocks = PAGES.flatMap((page) => blocksOf(page)).filter(({ language }) =>
  ['json', 'yaml'].includes(language),
);

describe('json and yaml blocks', () => {
  it.each(blocks.map((block) => ({ place: placeOf(block), block })))('$place can be read', ({ block }) =>
    expect(check(block)).resolves.toBeDefined(),
  );

  it.each([
    ['json', '{ "a": 1, }', 'JSON'],
    ['yaml', 'a: [1\n', 'Flow sequence'],
    [
      'yaml',
      'name: x\nmodels: [a]\ntexts: [sotu]\nlengths: [64]\nlayer: [1]\ntasks: { nextToken: {} }\n',
      "there is no key 'layer' in a spec",
    ],
    [
      'yaml',
      'name: x\nmodels: [a]\ntexts: [sotu]\nlengths: [64]\nlayers: [30]\nmerges: [{}]\ntasks: { nextToken: {} }\n',
      'layer',
    ],
  ])('refuses wrong %s', async (language, code, message) => {
    await expect(check({ page: 'docs/x.md', line: 1, language, code })).rejects.toThrow(message);
  });
});
