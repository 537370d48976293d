import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelFromHuggingFace, type ResolvedModel, type StoredWeight } from '@geodesic/models';
import { describe, expect, it } from 'vitest';
import { GOLDENS } from '../read-golden.js';
import { TINY_MODELS } from './tiny-models.js';

/** By `model_type`: what gguf-py calls each tensor of the first layer, and the tensors around the layers. */
const ggufNames = JSON.parse(readFileSync(join(GOLDENS, 'gguf-names.json'), 'utf8')) as Readonly<
  Record<string, { readonly names: Readonly<Record<string, string>> }>
>;

function readConfig(name: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(GOLDENS, name, 'config.json'), 'utf8'));
}

function parametersOf({ model }: ResolvedModel): string[] {
  const { nodes } = model.trace({ phase: 'prefill', logits: 'last' });
  return nodes.filter(({ op }) => op === 'parameter').map(({ name }) => name);
}

const recipe = (place: string | StoredWeight): StoredWeight =>
  typeof place === 'string' ? { name: place } : place;

describe.each(TINY_MODELS)('the tensor map of %s', (name) => {
  const config = readConfig(name);
  const resolved = modelFromHuggingFace(config);
  const patterns = [
    ...new Set(parametersOf(resolved).map((path) => path.replace(/^layers\.\d+\./, 'layers.{i}.'))),
  ];

  it('knows where each weight is, and sends no two to one place', () => {
    const places = patterns.map((pattern) => {
      const source = resolved.tensors[pattern];
      expect(source, pattern).toBeDefined();
      const { name: stored, rows, matrix } = recipe(source?.huggingFace ?? '');
      return `${stored} ${rows?.start} ${matrix?.index}`;
    });
    expect(new Set(places).size).toBe(places.length);
  });

  it('calls tensors in GGUF files as gguf-py does', () => {
    const { names = {} } = ggufNames[String(config.model_type)] ?? {};
    const compared = patterns.flatMap((pattern) => {
      const { huggingFace, gguf } = resolved.tensors[pattern] ?? {};
      const stored = recipe(huggingFace ?? '').name.replace('{i}', '0');
      // Experts are there by the name of their stack.
      const expected = names[stored.replace(/\.experts\.\d+\./, '.experts.')];
      return expected === undefined ? [] : [[recipe(gguf ?? '').name.replace('{i}', '0'), expected]];
    });
    for (const [actual, expected] of compared) expect(actual).toBe(expected);
  });
});
