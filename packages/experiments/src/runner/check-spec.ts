import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { compile, GeodesicError, mergesOf, slerpMerge, type Traceable } from '@geodesic/compiler';
import type { DecoderConfig } from '@geodesic/models';
import { BASELINE_LABELS, leavesTokenOut } from '../grid/baselines.js';
import type { Variant } from '../grid/cell.js';
import { layersOf } from '../grid/layers.js';
import { mergeLabel } from '../grid/merge-choice.js';
import { variantsOf } from '../grid/variants.js';
import { isMetricName, METRICS } from '../metrics/metric-list.js';
import type { SpecFile, SpecPath } from '../spec/spec-file.js';
import type { Spec } from '../spec/spec-schema.js';
import { checkRepeatedMerges, checkRepeats } from './check-repeats.js';
import type { DescribedModel } from './described-model.js';

/** Room for a question at the end of a prompt, or a chat template around it. */
const QUESTION_TOKENS = 64;

/**
 * The spec of a file, with paths of texts from here, when it can be run: its texts and metrics are there, its models have its
 * layers and hold its lengths, the compiler takes its merges, and nothing is there twice.
 *
 * @param models by the names of the spec
 * @throws GeodesicError `experiment.spec` with file and line
 */
export async function checkSpec(file: SpecFile, models: ReadonlyMap<string, DescribedModel>): Promise<Spec> {
  const { spec } = file;
  const texts = await resolveTexts(file);
  checkRepeats(file, texts);
  checkNames(file);
  checkBaselines(file);
  checkPlots(file);
  for (const [name, model] of models) {
    checkLayers(file, name, model);
    checkMerges(file, name, model);
    checkRepeatedMerges(file, name, model.config.numHiddenLayers);
    checkLengths(file, name, model.config);
  }
  return { ...spec, texts };
}

async function resolveTexts(file: SpecFile): Promise<Spec['texts']> {
  const resolved: Spec['texts'] = [];
  for (const [i, text] of file.spec.texts.entries()) {
    if (typeof text === 'string') {
      resolved.push(text);
      continue;
    }
    const path = resolve(dirname(file.path), text.file);
    if (!(await isReadableFile(path))) {
      throw file.faultAt(['texts', i, 'file'], `there is no text file ${path} that can be read`);
    }
    resolved.push({ file: path });
  }
  return resolved;
}

async function isReadableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Two merges that a report would call the same. */
function checkNames(file: SpecFile): void {
  const { merges, baselines } = file.spec;
  const taken = new Set<string>(['base']);
  const take = (path: SpecPath, label: string) => {
    if (taken.has(label)) {
      throw file.faultAt(path, `'${label}' names another variant already: give this one another label`);
    }
    taken.add(label);
  };
  for (const [i, { label, ...options }] of merges.entries()) {
    const layer = options.afterLayer === undefined ? '' : ` ${JSON.stringify(options.afterLayer)}`;
    take(['merges', i], (label ?? mergeLabel(options)) + (label ? '' : layer));
  }
  for (const [i, name] of baselines.entries()) take(['baselines', i], BASELINE_LABELS[name]);
}

/** What no task of the spec would run. */
function checkBaselines(file: SpecFile): void {
  const { baselines, tasks } = file.spec;
  const place = baselines.findIndex(leavesTokenOut);
  if (place === -1 || tasks.needle !== undefined) return;
  throw file.faultAt(
    ['baselines', place],
    `'${baselines[place]}' leaves a token of a needle's passage out: add the task 'needle', or leave it out`,
  );
}

function checkPlots(file: SpecFile): void {
  for (const [i, { metric }] of file.spec.plots.entries()) {
    if (isMetricName(metric)) continue;
    throw file.faultAt(
      ['plots', i, 'metric'],
      `there is no metric '${metric}'; there are ${Object.keys(METRICS).join(', ')}`,
    );
  }
}

function checkLayers(file: SpecFile, name: string, { config }: DescribedModel): void {
  const { layers, layersOf: writtenFor, merges, baselines } = file.spec;
  const needsLayers =
    !baselines.every(leavesTokenOut) || merges.some(({ afterLayer }) => afterLayer === undefined);
  if (needsLayers && layers.length === 0) {
    throw file.faultAt(['layers'], "merges and baselines need 'layers' to work behind");
  }
  const depth = config.numHiddenLayers;
  for (const [i, layer] of layers.entries()) {
    const [scaled] = layersOf([layer], depth, writtenFor) as [number];
    if (scaled < depth) continue;
    const means = scaled === layer ? '' : `, which means ${scaled},`;
    throw file.faultAt(
      ['layers', i],
      `layer ${layer}${means} is impossible: ${name} has ${depth} layers, 0 to ${depth - 1}`,
    );
  }
}

function checkMerges(file: SpecFile, name: string, { definition, config }: DescribedModel): void {
  const { spec } = file;
  const layers = layersOf(spec.layers, config.numHiddenLayers, spec.layersOf);
  for (const [i, merge] of spec.merges.entries()) {
    for (const variant of variantsOf({ ...spec, merges: [merge], baselines: [] }, layers)) {
      compileVariant(file, ['merges', i], name, definition, variant);
    }
  }
  for (const [i, baseline] of spec.baselines.entries()) {
    for (const variant of variantsOf({ ...spec, baselines: [baseline] }, layers)) {
      if (variant.baseline) compileVariant(file, ['baselines', i], name, definition, variant);
    }
  }
}

/** Compiles a merge for what it says, at the first option of the merge that its message names. */
function compileVariant(
  file: SpecFile,
  path: SpecPath,
  name: string,
  definition: Traceable,
  { merge }: Variant,
): void {
  if (merge === undefined) return;
  try {
    compile(definition, { passes: mergesOf(merge).map(slerpMerge) });
  } catch (error) {
    if (!(error instanceof GeodesicError)) throw error;
    const key = error.message.split(/[^\w-]+/).find((word) => Object.hasOwn(merge, word));
    throw file.faultAt(key === undefined ? path : [...path, key], `${error.message} (${name})`);
  }
}

function checkLengths(file: SpecFile, name: string, { maxPositionEmbeddings }: DecoderConfig): void {
  const room = mostTokensBehind(file.spec);
  for (const [i, length] of file.spec.lengths.entries()) {
    if (length + room <= maxPositionEmbeddings) continue;
    throw file.faultAt(
      ['lengths', i],
      `a length of ${length} is impossible: with the ${room} tokens behind it, it does not fit into the ${maxPositionEmbeddings} that ${name} holds`,
    );
  }
}

/** Most tokens that tasks add behind a prompt. */
function mostTokensBehind({ tasks }: Spec): number {
  const { nextToken, copy, recall, needle, answers, speed } = tasks;
  return Math.max(
    nextToken?.suffix ?? 0,
    copy ? copy.cue + copy.answer : 0,
    recall || needle ? QUESTION_TOKENS : 0,
    answers ? answers.maxNewTokens + QUESTION_TOKENS : 0,
    speed?.newTokens ?? 0,
  );
}
