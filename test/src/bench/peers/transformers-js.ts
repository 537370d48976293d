import { type Contestant, THREADS } from './contestant.js';
import { type Named, type OnnxTensorClass, onnxContestant } from './onnx-contestant.js';
import { importPeer, peerFile } from './peers-folder.js';

interface Transformers {
  readonly Tensor: OnnxTensorClass;
  readonly env: { localModelPath: string; allowRemoteModels: boolean };
  readonly AutoModelForCausalLM: {
    from_pretrained(name: string, options: object): Promise<Model>;
  };
}

interface Model {
  (inputs: object): Promise<Named>;
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
  return onnxContestant({
    Tensor,
    run: (inputs, past_key_values) => model({ ...inputs, past_key_values }),
    close: () => model.dispose(),
  });
}
