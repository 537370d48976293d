import { type Contestant, THREADS } from './contestant.js';
import { type Named, type OnnxTensorClass, onnxContestant } from './onnx-contestant.js';
import { peerFile, requirePeer } from './peers-folder.js';

interface OnnxRuntime {
  readonly Tensor: OnnxTensorClass;
  readonly InferenceSession: {
    create(
      path: string,
      options: { intraOpNumThreads: number },
    ): Promise<{ run(feeds: Named): Promise<Named>; release(): Promise<void> }>;
  };
}

/** ONNX Runtime's own binding, in float32. */
export async function openOnnxRuntime(): Promise<Contestant> {
  const { Tensor, InferenceSession } = requirePeer<OnnxRuntime>('onnxruntime-node');
  const session = await InferenceSession.create(peerFile('onnx-fp32', 'model.onnx'), {
    intraOpNumThreads: THREADS,
  });
  return onnxContestant({
    Tensor,
    run: (inputs, cache) => session.run({ ...inputs, ...cache }),
    close: () => session.release(),
  });
}
