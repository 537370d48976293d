import { resolve } from 'node:path';
import { areTensors, type Backend, type Device, openOnce, type Tfjs } from '@geodesic/backend';
import { GeodesicError } from '@geodesic/compiler';
import { TensorFlowRunner } from './graph/tensorflow-runner.js';
import { locateTfjsNode } from './locate-tfjs-node.js';
import { nodeLowering } from './lowering.js';
import { restoreRemovedNodeFunctions } from './removed-node-functions.js';
import { findTensorFlow } from './tensorflow-backend.js';
import { setThreads } from './threads.js';

/** TensorFlow through tfjs-node or tfjs-node-gpu: the fastest on a CPU for long prompts. Not for browsers. */
export const nodeBackend: Backend = {
  name: 'node',
  open: openOnce(() =>
    openNode().catch((error: unknown) => {
      throw new GeodesicError('backend.unavailable', unavailable(error), { cause: error });
    }),
  ),
};

async function openNode(): Promise<Device> {
  const located = locateTfjsNode(process.env);
  if (located === undefined) {
    const folder = process.env.GEODESIC_TFJS_NODE;
    throw new Error(
      folder
        ? `there is no tfjs-node in GEODESIC_TFJS_NODE (${resolve(folder)})`
        : 'tfjs-node is not installed',
    );
  }
  restoreRemovedNodeFunctions();
  // TensorFlow's log of which instructions it uses; warnings and errors stay.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  setThreads(process.env);
  const tf = await quietly(() => located.require(located.name) as Tfjs);
  const backend = findTensorFlow(tf);
  if (backend === null) throw new Error(`${located.name} registered no backend`);
  const device: Device = {
    name: 'node',
    description: `TensorFlow ${backend.binding.TF_Version}, ${backend.isUsingGpuDevice ? 'GPU' : 'CPU'}`,
    tf,
    lowering: nodeLowering,
    activate() {
      if (tf.getBackend() !== 'tensorflow') void tf.setBackend('tensorflow');
    },
    async checkErrors() {},
    prepare(graph, parameters) {
      // Sessions take what they are fed from the CPU's memory: on a GPU, each run would copy all weights.
      if (backend.isUsingGpuDevice || !areTensors(parameters)) return undefined;
      return new TensorFlowRunner(graph, device, backend, parameters);
    },
  };
  return device;
}

/**
 * tfjs-node has copies of tfjs-core and of the cpu backend. They find the engine of the first copy on globalThis and
 * register every cpu kernel again, with a warning for each; PROD is tfjs' switch for such prints.
 */
async function quietly(load: () => Tfjs): Promise<Tfjs> {
  const env = (await import('@tensorflow/tfjs-core')).env();
  const before = env.getBool('PROD');
  env.set('PROD', true);
  try {
    return load();
  } finally {
    env.set('PROD', before);
  }
}

function unavailable(error: unknown): string {
  const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
  return `The node backend can't start: ${reason}; run npm install @tensorflow/tfjs-node@4.22.0, or where that can't download libtensorflow, scripts/build-tfjs-node in a clone of Geodesic`;
}
