import { likeliest } from '../../next-token.js';
import { type Contestant, THREADS } from './contestant.js';
import { cacheBehind, emptyCache, int64, ones } from './onnx-cache.js';
import { peerFile, requirePeer } from './peers-folder.js';

interface OnnxTensor {
  readonly data: Float32Array;
}

type Feeds = Readonly<Record<string, OnnxTensor>>;

interface OnnxRuntime {
  readonly Tensor: new (
    type: 'int64' | 'float32',
    data: BigInt64Array | Float32Array,
    shape: readonly number[],
  ) => OnnxTensor;
  readonly InferenceSession: {
    create(
      path: string,
      options: { intraOpNumThreads: number },
    ): Promise<{ run(feeds: Feeds): Promise<Record<string, OnnxTensor>>; release(): Promise<void> }>;
  };
}

/** ONNX Runtime's own binding, in float32; its session keeps nothing between runs, so caches go in and out. */
export async function openOnnxRuntime(): Promise<Contestant> {
  const { Tensor, InferenceSession } = requirePeer<OnnxRuntime>('onnxruntime-node');
  const session = await InferenceSession.create(peerFile('onnx-fp32', 'model.onnx'), {
    intraOpNumThreads: THREADS,
  });
  const empty = emptyCache((data, shape) => new Tensor('float32', data, shape));
  let [cache, length]: [Feeds, number] = [empty, 0];
  const step = async (tokens: readonly number[]) => {
    length += tokens.length;
    const outputs = await session.run({
      ...cache,
      input_ids: new Tensor('int64', int64(tokens), [1, tokens.length]),
      attention_mask: new Tensor('int64', ones(length), [1, length]),
    });
    cache = cacheBehind(outputs);
    return likeliest((outputs.logits as OnnxTensor).data);
  };
  return {
    prefill(tokens) {
      [cache, length] = [empty, 0];
      return step(tokens);
    },
    decode: (token) => step([token]),
    close: () => session.release(),
  };
}
