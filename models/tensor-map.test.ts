import { compile } from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { architectures, llama } from './index.js';

const config = {
  vocabSize: 11,
  maxPositionEmbeddings: 64,
  hiddenSize: 8,
  intermediateSize: 12,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  numKeyValueHeads: 1,
  headDim: 4,
  rmsNormEps: 1e-5,
  ropeTheta: 1e4,
  ropeScaling: null,
  slidingWindow: null,
};
const every = { ...config, attentionBias: true, mlpBias: true, tieWordEmbeddings: false };

describe('the tensor map of llama', () => {
  const [{ tensors }] = architectures;
  const parameters = compile(llama(every)).prefill.nodes.filter(({ op }) => op === 'parameter');

  it('knows where each weight is, and no weight that the model lacks', () => {
    const patterns = parameters.map(({ name }) => name.replace(/^layers\.\d+\./, 'layers.{i}.'));
    expect(Object.keys(tensors).sort()).toEqual([...new Set(patterns)].sort());
  });

  it('sends no two weights to one place', () => {
    for (const kind of ['huggingFace', 'gguf'] as const) {
      const places = Object.values(tensors).map((source) => source[kind]);
      expect(new Set(places).size).toBe(places.length);
    }
  });

  it('says which heads GGUF interleaves', () => {
    const interleaved = Object.entries(tensors).flatMap(([name, source]) =>
      source.ggufInterleavedHeads ? [`${name}: ${source.ggufInterleavedHeads}`] : [],
    );
    expect(interleaved).toEqual(
      ['weight', 'bias']
        .map((kind) => `layers.{i}.attention.query.${kind}: numAttentionHeads`)
        .concat(['weight', 'bias'].map((kind) => `layers.{i}.attention.key.${kind}: numKeyValueHeads`)),
    );
  });
});
