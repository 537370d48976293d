import { likeliest } from '../../next-token.js';
import { type Contestant, THREADS } from './contestant.js';
import { cacheBehind, emptyCache, int64, ones } from './onnx-cache.js';
import { importPeer, peerFile } from './peers-folder.js';

interface HubTensor {
  readonly data: Float32Array;
}

interface Transformers {
  readonly Tensor: new (
    type: 'int64' | 'float32',
    data: BigInt64Array | Float32Array,
    shape: readonly number[],
  ) => HubTensor;
  readonly env: { localModelPath: string; allowRemoteModels: boolean };
  readonly AutoModelForCausalLM: {
    from_pretrained(name: string, options: object): Promise<Model>;
  };
}

interface Model {
  (inputs: object): Promise<Record<string, HubTensor>>;
  dispose(): Promise<unknown>;
}

/** Transformers.js on the CPU in float32, or on its WebGPU provider with weights of four bits and float32 arithmetic. */
export async function openTransformersJs(
  dtype: 'fp32' | 'q4',
  device: 'cpu' | 'webgpu',
): Promise<Contestant> {
  const { Tensor, env, AutoModelForCausalLM } = await importPeer<Transformers>(
    '@huggingface/transformers',
    'dist/transformers.node.mjs',
  );
  Object.assign(env, { localModelPath: peerFile('transformers-js'), allowRemoteModels: false });
  const session_options = { intraOpNumThreads: THREADS };
  const model = await AutoModelForCausalLM.from_pretrained(dtype, { dtype, device, session_options });
  const empty = emptyCache((data, shape) => new Tensor('float32', data, shape));
  let [cache, length]: [Record<string, HubTensor>, number] = [empty, 0];
  const step = async (tokens: readonly number[]) => {
    length += tokens.length;
    const outputs = await model({
      input_ids: new Tensor('int64', int64(tokens), [1, tokens.length]),
      attention_mask: new Tensor('int64', ones(length), [1, length]),
      past_key_values: cache,
    });
    cache = cacheBehind(outputs);
    return likeliest((outputs.logits as HubTensor).data);
  };
  return {
    prefill(tokens) {
      [cache, length] = [empty, 0];
      return step(tokens);
    },
    decode: (token) => step([token]),
    close: async () => void (await model.dispose()),
  };
}
