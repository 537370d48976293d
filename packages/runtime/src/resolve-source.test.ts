import type { GgufModelSource } from '@geodesic/weights';
import { describe, expect, it } from 'vitest';
import { resolveSource } from './resolve-source.js';

const METADATA: [string, string | number | string[]][] = [
  ['general.architecture', 'llama'],
  ['llama.block_count', 1],
  ['llama.embedding_length', 8],
  ['llama.feed_forward_length', 8],
  ['llama.context_length', 64],
  ['llama.attention.head_count', 2],
  ['llama.attention.layer_norm_rms_epsilon', 1e-5],
  ['tokenizer.ggml.tokens', ['a', 'b']],
];

/** A GGUF file of which only the RoPE factors are read. */
function source(shape: readonly number[], values: readonly number[] = []): GgufModelSource {
  const tensors = new Map([['rope_freqs.weight', { shape }]]);
  const checkpoint = {
    format: 'gguf',
    tensors,
    names: () => [...tensors.keys()],
    readFloat32: async () => Float32Array.from(values),
  };
  return {
    format: 'gguf',
    path: 'model.gguf',
    ggufMetadata: new Map(METADATA),
    checkpoint,
  } as unknown as GgufModelSource;
}

describe('a GGUF file with RoPE factors', () => {
  it('has them in its config', async () => {
    const { config } = await resolveSource(source([2], [1, 8]));
    expect(config).toMatchObject({ ropeScaling: { type: 'factors', factors: [1, 8] } });
  });

  it.each([[[2, 2]], [[1e9]], [[]]])(
    'is refused, and not read, where they have the shape %j',
    async (shape) => {
      await expect(resolveSource(source(shape))).rejects.toMatchObject({
        code: 'config.field',
        message: expect.stringContaining(`'rope_freqs.weight'`),
      });
    },
  );
});
