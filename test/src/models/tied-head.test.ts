import { cpuBackend } from '@geodesic/backend-cpu';
import { evaluateShape } from '@geodesic/compiler';
import { modelFromHuggingFace } from '@geodesic/models';
import { LanguageModel } from '@geodesic/runtime';
import type { Checkpoint, TensorInfo } from '@geodesic/weights';
import { describe, expect, it } from 'vitest';
import { SeededNumbers } from '../seeded-numbers.js';

const resolved = modelFromHuggingFace({
  model_type: 'llama',
  vocab_size: 8,
  hidden_size: 4,
  intermediate_size: 6,
  num_hidden_layers: 1,
  num_attention_heads: 1,
  max_position_embeddings: 16,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
});

/** A checkpoint in memory with all that the model needs, and a head if one is given. */
function checkpointWith(head?: (embedding: Float32Array) => Float32Array): Checkpoint {
  const source = new SeededNumbers(3);
  const values = new Map<string, { readonly info: TensorInfo; readonly data: Float32Array<ArrayBuffer> }>();
  const put = (name: string, shape: readonly number[], data: Float32Array) =>
    values.set(name, { info: { name, dtype: 'F32', shape }, data: Float32Array.from(data) });
  for (const { op, name, type } of resolved.model.trace({ phase: 'prefill', logits: 'last' }).nodes) {
    if (op !== 'parameter') continue;
    const shape = [...evaluateShape(type, new Map())].reverse();
    const place = resolved.tensors[name.replace('.0.', '.{i}.')]?.huggingFace;
    const stored = typeof place === 'object' ? place.name : String(place);
    put(
      stored.replace('{i}', '0'),
      shape,
      source.normals(
        shape.reduce((a, b) => a * b, 1),
        1,
      ),
    );
  }
  const embedding = values.get('model.embed_tokens.weight')?.data as Float32Array;
  if (head !== undefined) put('lm_head.weight', [8, 4], head(embedding));
  return {
    format: 'safetensors',
    tensors: new Map([...values].map(([name, { info }]) => [name, info])),
    metadata: new Map(),
    names: () => [...values.keys()],
    readFloat32: async (name) => values.get(name)?.data as Float32Array<ArrayBuffer>,
    readBlocks: async () => undefined,
    close: async () => {},
  };
}

async function load(checkpoint: Checkpoint): Promise<void> {
  (await LanguageModel.load(resolved, checkpoint, await cpuBackend.open())).dispose();
}

describe('a tied model', () => {
  it('loads without a head, and with one that repeats its embedding', async () => {
    await load(checkpointWith());
    await load(checkpointWith((embedding) => embedding));
  });

  it('is refused with another head, which it would leave out', async () => {
    const other = checkpointWith((embedding) =>
      embedding.map((value, i) => (i === 7 ? value + 1e-3 : value)),
    );
    await expect(load(other)).rejects.toThrow(
      expect.objectContaining({
        code: 'weights.tied-head',
        message: expect.stringContaining("'lm_head.weight' differs from 'model.embed_tokens.weight'"),
      }),
    );
  });

  it('loads names without the prefix that only whole checkpoints have', async () => {
    const whole = checkpointWith();
    const bare = (name: string) => name.replace(/^model\./, '');
    await load({
      ...whole,
      names: () => whole.names().map(bare),
      tensors: new Map([...whole.tensors].map(([name, info]) => [bare(name), info])),
      readFloat32: (name) => whole.readFloat32(`model.${name}`),
    });
  });
});
