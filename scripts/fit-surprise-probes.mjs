#!/usr/bin/env node
// Fits what tells how surprising tokens were to a model of the catalogue, and writes it where the command line finds it. Passages are of
// the side of the texts that is not for judging; in some of them random words are put in.
// usage: scripts/fit-surprise-probes.mjs MODEL [LAYER ...]     of all layers, or of these; after a build

import { writeFile } from 'node:fs/promises';
import { Corpus, Draw, fitSurpriseProbes, withRandomWords } from '@geodesic/experiments';
import { openBackend, openModel } from 'geodesic';

const TEXTS = ['sotu', 'moby-dick'];
/** Of each text. */
const PASSAGES = 120;
const WITH_RANDOM_WORDS = 60;
const TOKENS = 256;
const SEED = 7;

const AT_ONCE = 10;

const [name, ...given] = process.argv.slice(2);
const device = await openBackend('node');
const opened = await openModel(name);
const { numHiddenLayers } = opened.resolved.config;
const layers = given.length > 0 ? given.map(Number) : [...Array(numHiddenLayers - 1).keys()];
const model = await opened.load(device);
const { tokenizer } = model;
const draw = new Draw(SEED);
const passages = [];
const unusual = [];
for (const text of TEXTS) {
  const corpus = await Corpus.read(text, 'train');
  const words = corpus.words(1);
  const drawn = corpus.passages(tokenizer, PASSAGES + WITH_RANDOM_WORDS, TOKENS, SEED);
  passages.push(...drawn.slice(0, PASSAGES));
  unusual.push(...drawn.slice(PASSAGES).map((passage) => withRandomWords(passage, words, tokenizer, draw)));
}
const total = passages.length + unusual.length;
const probes = new Map();
for (let from = 0; from < layers.length; from += AT_ONCE) {
  const some = layers.slice(from, from + AT_ONCE);
  const onPassage = (count) =>
    process.stderr.write(`layers ${some.join(', ')}: ${count} of ${total} passages\n`);
  for (const [layer, probe] of await fitSurpriseProbes(model, passages, some, { unusual, onPassage })) {
    probes.set(layer, probe);
  }
}
const numbers = Float32Array.from(
  [...probes.values()].flatMap(({ weights, bias, threshold }) => [...weights, bias, threshold]),
);
for (const [layer, { threshold }] of probes) console.log(`layer ${layer}: threshold ${threshold.toFixed(2)}`);
const features = [...probes.values()][0].weights.length;
const file = new URL(`../packages/runtime/src/surprise-probes/${name}.ts`, import.meta.url);
await writeFile(
  file,
  `import type { PackedProbes } from './shipped-probes.js';

/** Fitted to ${total} passages of ${TOKENS} tokens, ${TEXTS.join(' and ')}, ${unusual.length} of them with random words put in. */
export const probes: PackedProbes = {
  features: ${features},
  layers: [${layers.join(', ')}],
  base64:
    '${Buffer.from(numbers.buffer).toString('base64')}',
};
`,
);
model.dispose();
