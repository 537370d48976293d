import type { WindowedLlamaConfig } from '../windowed-llama.js';

/** A llama that is small enough to read its graph. */
export const TINY: WindowedLlamaConfig = {
  vocabSize: 11,
  maxPositionEmbeddings: 64,
  hiddenSize: 8,
  intermediateSize: 12,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  numKeyValueHeads: 1,
  headDim: 4,
  activation: 'silu',
  rmsNormEps: 1e-5,
  ropeTheta: 10000,
  ropeScaling: null,
  slidingWindow: null,
  attentionBias: false,
  mlpBias: false,
  tieWordEmbeddings: true,
};

/** SmolLM2-135M. */
export const SMOLLM2: WindowedLlamaConfig = {
  ...TINY,
  vocabSize: 49152,
  maxPositionEmbeddings: 8192,
  hiddenSize: 576,
  intermediateSize: 1536,
  numHiddenLayers: 30,
  numAttentionHeads: 9,
  numKeyValueHeads: 3,
  headDim: 64,
  ropeTheta: 100000,
};
