import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Experiment,
  planExperiment,
  RESULTS_FILE,
  type RunProgress,
  readResults,
  runExperiment,
  SpecFile,
  shippedSpecs,
  writeReport,
} from '@geodesic/experiments';
import { LanguageModel } from '@geodesic/runtime';
import type { Tokenizer } from '@geodesic/weights';
import { describe, expect, it } from 'vitest';
import { PLAIN_LLAMA } from '../properties/random-llama.js';
import { windowedLlama } from '../windowed-llama.js';
import { outFolder, timeless, tinyModel, tinySource } from './tiny-source.js';

const SOURCE = `name: tiny
models: [tiny]
texts: [moby-dick]
passages: 2
lengths: [16, 32]
layers: [0, 2]
merges: [{ keepStart: 0, keepEnd: 4, label: slerp }]
baselines: [reference]
bootstrap: { samples: 20 }
tasks:
  nextToken: { suffix: 4 }
  trace: {}
`;
/** 2 lengths × (base + 2 + 2 variants), and traces of those that merge. */
const CELLS = 2 * 5 + 2 * 4;

const source = tinySource();

function plan(yaml = SOURCE): Promise<Experiment> {
  return planExperiment(new SpecFile('tiny.yaml', yaml), source);
}

async function resultsOf(out: string) {
  return readResults(join(out, RESULTS_FILE));
}

describe('a run', () => {
  it('computes every cell once, and says how far it is', async () => {
    const out = await outFolder();
    const seen: RunProgress[] = [];
    const summary = await runExperiment(await plan(), { out, source, onProgress: (at) => seen.push(at) });
    expect(summary).toEqual({ computed: CELLS, found: 0 });
    const results = await resultsOf(out);
    expect(new Set(results.map(({ cell }) => cell.key)).size).toBe(CELLS);
    expect(seen.map(({ done, total }) => [done, total])).toEqual(
      Array.from({ length: CELLS }, (_, done) => [done, CELLS]),
    );
    expect(seen[0]?.secondsLeft).toBeUndefined();
    expect(seen.slice(1).every(({ secondsLeft }) => (secondsLeft as number) >= 0)).toBe(true);
  });

  it.each([2, 3, 4])('of groups of %i has the first four baselines leave as many bytes', async (group) => {
    const out = await outFolder();
    const yaml = SOURCE.replace('keepEnd: 4', `keepEnd: 4, group: ${group}, protect: []`)
      .replace('[16, 32]', '[32]')
      .replace('[0, 2]', '[2]')
      .replace('[reference]', '[drop, mean, middle, key-norm]')
      .replace('  trace: {}\n', '');
    await runExperiment(await plan(yaml), { out, source });
    const bytes = (await resultsOf(out)).map(({ metrics }) => metrics.kvBytes?.value);
    // Of the last of four layers: 28 tokens in groups, those of no whole group and 4 at the end alone.
    const slots = Math.floor(28 / group) + (28 % group) + 4;
    const entries = (count: number) => count * 2 * 8 * 2 * 4;
    expect(bytes).toEqual([entries(4 * 32), ...Array(5).fill(entries(3 * 32 + slots))]);
  });

  it('that was ended anywhere goes on to the same results', async () => {
    const experiment = await plan();
    const whole = await outFolder();
    await runExperiment(experiment, { out: whole, source });
    const parted = await outFolder();
    let stopAt = 3;
    for (let ended = false; !ended; stopAt += 4) {
      const abort = new AbortController();
      const stop = new Error('enough');
      const run = runExperiment(experiment, {
        out: parted,
        source,
        signal: abort.signal,
        onProgress: ({ done }) => {
          if (done === stopAt) abort.abort(stop);
        },
      });
      ended = await run.then(
        () => true,
        (error) => {
          expect(error).toBe(stop);
          return false;
        },
      );
    }
    expect((await resultsOf(parted)).map(timeless)).toEqual((await resultsOf(whole)).map(timeless));
    expect(await runExperiment(experiment, { out: parted, source })).toEqual({ computed: 0, found: CELLS });
  });

  it('asks what was made when it was planned', async () => {
    const experiment = await plan();
    const [out, apart] = [await outFolder(), await outFolder()];
    await runExperiment(experiment, { out, source });
    const silent = {
      ...source,
      async load() {
        const model = await tinyModel();
        const encode = () => expect.unreachable('items are made again');
        const tokenizer = { ...(model.tokenizer as Tokenizer), encode };
        return new LanguageModel({ ...model, tokenizer });
      },
    };
    await runExperiment(experiment, { out: apart, source: silent });
    expect((await resultsOf(apart)).map(timeless)).toEqual((await resultsOf(out)).map(timeless));
  });

  it('keeps others out of its folder', async () => {
    const out = await outFolder();
    const experiment = await plan();
    let other: Promise<unknown> | undefined;
    await runExperiment(experiment, {
      out,
      source,
      onProgress: () => {
        other ??= runExperiment(experiment, { out, source }).catch((error) => error);
      },
    });
    expect(await other).toMatchObject({ code: 'experiment.locked' });
    expect(await resultsOf(out)).toHaveLength(CELLS);
  });

  it('leaves the files of others alone', async () => {
    const out = await outFolder();
    await writeFile(join(out, 'results.csv'), 'mine');
    await writeFile(join(out, 'lock'), '');
    await expect(runExperiment(await plan(), { out, source })).rejects.toMatchObject({
      code: 'experiment.output',
    });
    expect((await readdir(out)).sort()).toEqual(['lock', 'results.csv']);
    expect(await readFile(join(out, 'results.csv'), 'utf8')).toBe('mine');
  });

  it('does not mix with another spec', async () => {
    const out = await outFolder();
    await runExperiment(await plan(), { out, source });
    const other = runExperiment(await plan(SOURCE.replace('keepEnd: 4', 'keepEnd: 6')), { out, source });
    await expect(other).rejects.toMatchObject({ code: 'experiment.other-spec' });
    // What only the report shows may change.
    const described = await plan(`${SOURCE}description: another word for it\n`);
    expect(await runExperiment(described, { out, source })).toEqual({ computed: 0, found: CELLS });
  });

  it('of a text that has changed is another run', async () => {
    const folder = await outFolder();
    const yaml = SOURCE.replace('moby-dick', '{ file: text.txt }');
    const text = (word: string) => `The ${word} went on. `.repeat(400);
    const planned = async (word: string) => {
      await writeFile(join(folder, 'text.txt'), text(word));
      const file = new SpecFile(join(folder, 'spec.yaml'), `${yaml}split: all\n`);
      return planExperiment(file, source);
    };
    const [before, after] = [await planned('ship'), await planned('whale')];
    expect(before.hash).not.toBe(after.hash);
    expect((await planned('ship')).hash).toBe(before.hash);
    const out = await outFolder();
    expect(await runExperiment(before, { out, source })).toEqual({ computed: CELLS, found: 0 });
  });
});

describe('a spec is refused before anything runs', () => {
  it.each([
    [
      'an impossible layer',
      SOURCE.replace('[0, 2]', '\n  - 0\n  - 4'),
      /^tiny\.yaml:8: layer 4 .*tiny has 4 layers/,
    ],
    [
      'one that means an impossible layer',
      `${SOURCE}layersOf: 2\n`,
      /^tiny\.yaml:6: layer 2, which means 4,/,
    ],
    ['a missing text', SOURCE.replace('[moby-dick]', '\n  - file: no.txt'), /^tiny\.yaml:4: .*no\.txt/],
    ['a folder as text', SOURCE.replace('[moby-dick]', '\n  - file: /'), /^tiny\.yaml:4: .*no text file \/ /],
    ['a length beyond the context', SOURCE.replace('32', '253'), /^tiny\.yaml:5: a length of 253/],
    [
      'a length that has no room for copying',
      SOURCE.replace('trace: {}', 'copy: { of: [letters] }'),
      /^tiny\.yaml:5: copy: a string of 16 tokens has no room for a cue of 8 and an answer of 16/,
    ],
    [
      'a length that has no room for needles',
      SOURCE.replace('[16, 32]', '\n  - 180\n  - 100').replace('trace: {}', 'needle: {}'),
      /^tiny\.yaml:7: needle: 100 tokens leave/,
    ],
    [
      'a length that has no room for recall',
      SOURCE.replace('[16, 32]', '[12]').replace('trace: {}', 'recall: {}'),
      /^tiny\.yaml:5: recall: 12 tokens hold fewer than two pairs/,
    ],
    [
      'more passages than a text has',
      SOURCE.replace('passages: 2', 'passages: 20000'),
      /^tiny\.yaml:3: the text moby-dick has sentences for \d+ passages of 20 tokens, not for 20000/,
    ],
    ['an unknown merge option', SOURCE.replace('keepEnd', 'keepend'), /^tiny\.yaml:7: .*keepend/],
    [
      'a bad merge option',
      SOURCE.replace('keepEnd: 4', 'positions: here'),
      /^tiny\.yaml:7: .*positions.*here/,
    ],
    [
      'a baseline that no task runs',
      `${SOURCE.replace(/^baselines: .*\n/m, '')}baselines: [one-token-less]\n`,
      /^tiny\.yaml:\d+: 'one-token-less' leaves a token of a needle's passage out/,
    ],
    [
      'an impossible layer among several',
      SOURCE.replace('keepEnd: 4', 'keepEnd: 4, afterLayer: [1, 9]'),
      /^tiny\.yaml:7: .*afterLayer 9 is out of range/,
    ],
    [
      'a list of no layers',
      SOURCE.replace('keepEnd: 4', 'keepEnd: 4, afterLayer: []'),
      /^tiny\.yaml:7: .*at least one layer/,
    ],
    [
      'a list that fits no layers',
      SOURCE.replace('keepEnd: 4', 'keepEnd: [4, 4, 4], afterLayer: [1, 2]'),
      /^tiny\.yaml:7: .*keepEnd lists 3 values for 2 layers/,
    ],
    [
      'an unknown merge option behind a known one',
      SOURCE.replace('[{ keepStart: 0, keepEnd: 4, label: slerp }]', '\n  - keepStart: 0\n    keep-end: 4'),
      /^tiny\.yaml:9: .*no option keep-end; there are .*keepStart/,
    ],
    [
      'an impossible layer of a merge',
      SOURCE.replace('[{ keepStart: 0, keepEnd: 4, label: slerp }]', '\n  - keepStart: 0\n    afterLayer: 9'),
      /^tiny\.yaml:9: .*afterLayer 9 is out of range/,
    ],
    [
      'a plot of a metric that there is not',
      `${SOURCE}plots:\n  - { metric: kl, x: layer }\n  - x: layer\n    metric: toString\n`,
      /^tiny\.yaml:16: there is no metric 'toString'; there are kl, top1, .*, pairsMerged$/,
    ],
    [
      'a length twice',
      SOURCE.replace('[16, 32]', '\n  - 16\n  - 16'),
      /^tiny\.yaml:7: 'lengths' lists 16 twice/,
    ],
    ['a model twice', SOURCE.replace('[tiny]', '[tiny, tiny]'), /^tiny\.yaml:2: 'models' lists tiny twice/],
    [
      'a text twice',
      SOURCE.replace('[moby-dick]', '[{ file: LICENSE }, { file: ./LICENSE }]'),
      /^tiny\.yaml:3: 'texts' lists .*LICENSE twice/,
    ],
    [
      'a depth twice',
      SOURCE.replace('trace: {}', 'needle: { depths: [0, 0.5, 0] }'),
      /^tiny\.yaml:12: 'tasks\.needle\.depths' lists 0 twice/,
    ],
    [
      'two merges that do the same',
      SOURCE.replace('}]', '}, { keepEnd: 4, keepStart: 0, group: 2, label: again }]'),
      /^tiny\.yaml:7: 'again' after layer 0 does the same as 'slerp'/,
    ],
    [
      'a merge that does the same as another behind a layer',
      SOURCE.replace('[{ keepStart: 0, keepEnd: 4, label: slerp }]', '\n  - {}\n  - { afterLayer: 2 }'),
      /^tiny\.yaml:9: 'slerp' after layer 2 does the same as 'slerp'/,
    ],
    ['two variants of one name', SOURCE.replace('}]', '}, { label: slerp }]'), /^tiny\.yaml:7: 'slerp'/],
    ['merges without layers', SOURCE.replace('layers: [0, 2]\n', ''), /^tiny\.yaml:1: .*'layers'/],
  ])('for %s', async (_, yaml, message) => {
    await expect(plan(yaml)).rejects.toMatchObject({
      code: 'experiment.spec',
      message: expect.stringMatching(message),
    });
  });
});

describe('the shipped specs', () => {
  it('can be run on a model of the depth that they are written for', async () => {
    const config = { ...PLAIN_LLAMA.config, numHiddenLayers: 30, maxPositionEmbeddings: 8192 };
    const described = { definition: windowedLlama(config), config };
    const plans = (await shippedSpecs()).map((file) =>
      planExperiment(file, { describe: async () => described }),
    );
    const cells = new Map((await Promise.all(plans)).map(({ spec, cells }) => [spec.name, cells.length]));
    expect(Object.fromEntries(cells)).toEqual({
      // lengths × (base + layers × (merges + baselines))
      'article-accuracy': 1 + 4 * 3,
      'article-speed': 8 * (1 + 2 * 1),
      positions: 1 + 2 * 17,
      verbosity: 1 + 2,
      // tasks, needles by kind and depth, × (base + …)
      retrieval: 4 * (1 + 2 * 5),
      'retrieval-defaults': 3 * (1 + 2 + 1),
      'retrieval-layers': 1 + 7 * 2,
      'retrieval-lists': 1 + 1 + 3,
      'retrieval-shapes': 4 * (1 + 1 + 3 * 2),
      'retrieval-shares': 1 + 4 + 1,
      'equal-memory': 2 * (1 + 2 * 8),
      quick: 1 + 3 * 3 + 3 * 3,
    });
  });
});

describe('a report', () => {
  it('is one page that needs nothing else, with a CSV and pictures beside it', async () => {
    const out = await outFolder();
    await runExperiment(await plan(), { out, source });
    const page = await readFile(await writeReport(out), 'utf8');
    // Names of XML and chart formats are no addresses that a page loads.
    expect(page.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/https?:|src=|<link|<script/);
    expect(page).toContain('the article&#39;s code'.replace('&#39;', "'"));
    expect(page.match(/<svg/g)?.length).toBeGreaterThanOrEqual(2 + 8);
    const results = await resultsOf(out);
    const figures = results.reduce((sum, { metrics }) => sum + Object.keys(metrics).length, 0);
    const rows = (await readFile(join(out, 'results.csv'), 'utf8')).trim().split('\r\n');
    expect(rows).toHaveLength(1 + figures);
    const differences = await readFile(join(out, 'differences.csv'), 'utf8');
    expect(differences).toContain(",the article's code,");
    expect(page).toContain('<h2>Differences</h2>');
    const png = await readFile(join(out, 'plots', 'kl-layer-length-16.png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
  });

  it('can be had of a spec whose merges have layers of their own', async () => {
    const out = await outFolder();
    const yaml = SOURCE.replace('layers: [0, 2]\n', '')
      .replace('label: slerp', 'label: slerp, afterLayer: 1')
      .replace('baselines: [reference]\n', '');
    await runExperiment(await plan(yaml), { out, source });
    expect(await readFile(await writeReport(out), 'utf8')).toContain('slerp');
  });

  it('can not be had of a folder without a run', async () => {
    await expect(writeReport(await outFolder())).rejects.toMatchObject({
      code: 'experiment.results',
      message: expect.stringContaining('ENOENT'),
    });
  });

  it('says what is wrong with the facts of a run', async () => {
    const out = await outFolder();
    await writeFile(join(out, 'run.json'), '{ "hash": "a", "spec": { "name": "no name" } }');
    await expect(writeReport(out)).rejects.toMatchObject({
      code: 'experiment.results',
      message: expect.stringContaining("'spec.name': a name of letters"),
    });
  });
});
