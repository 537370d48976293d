import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wasmBackend } from '@geodesic/backend-wasm';
import type { CellResult, DescribedModel, ModelSource } from '@geodesic/experiments';
import { LanguageModel } from '@geodesic/runtime';
import type { Tokenizer } from '@geodesic/weights';
import { onTestFinished } from 'vitest';
import { letterTokenizer } from '../generation/letter-tokenizer.js';
import { buildLlama, PLAIN_LLAMA } from '../properties/random-llama.js';
import { windowedLlama } from '../windowed-llama.js';

/** A tokenizer that needs no capitals: the tiny model's has small letters only. */
function foldingTokenizer(): Tokenizer {
  const letters = letterTokenizer();
  return { ...letters, encode: (text, options) => letters.encode(text.toLowerCase(), options) };
}

/** The tiny random llama of four layers, with a tokenizer of letters; the caller disposes it. */
export async function tinyModel(contextLength = 256): Promise<LanguageModel> {
  const config = { ...PLAIN_LLAMA.config, maxPositionEmbeddings: contextLength };
  const { definition, device, parameters } = buildLlama({ ...PLAIN_LLAMA, config }, await wasmBackend.open());
  return new LanguageModel({ definition, config, device, parameters, tokenizer: foldingTokenizer() });
}

/** Gives the tiny model by any name. */
export function tinySource(contextLength = 256): ModelSource {
  const config = { ...PLAIN_LLAMA.config, maxPositionEmbeddings: contextLength };
  const described: DescribedModel = {
    definition: windowedLlama(config),
    config,
    tokenizer: foldingTokenizer(),
  };
  return { describe: async () => described, load: () => tinyModel(contextLength) };
}

/** A folder that goes when the test ends. */
export async function outFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'geodesic-experiment-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A result without what two runs of the same cell may differ in. */
export function timeless({ seconds: _, ...rest }: CellResult): Omit<CellResult, 'seconds'> {
  return rest;
}
