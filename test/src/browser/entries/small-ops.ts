import { configureWasm, wasmBackend } from '@geodesic/backend-wasm';
import { webgpuBackend } from '@geodesic/backend-webgpu';

/** Where the page serves tfjs' `.wasm` files. */
export interface Input {
  readonly wasmPath: string;
}

/** What each backend made of the same two ops. */
export interface Output {
  readonly name: string;
  readonly description: string;
  readonly matMul: readonly number[];
  readonly softmax: readonly number[];
}

/** Opens the browser's backends and runs two ops on each. */
export async function main({ wasmPath }: Input): Promise<Output[]> {
  configureWasm({ path: wasmPath });
  const outputs: Output[] = [];
  for (const backend of [webgpuBackend, wasmBackend]) {
    const device = await backend.open();
    const { tf } = device;
    device.activate();
    const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([1, 1, 0, 1], [2, 2]));
    const probabilities = tf.softmax(tf.tensor1d([0, Math.log(3)]));
    outputs.push({
      name: device.name,
      description: device.description,
      matMul: [...(await product.data())],
      softmax: [...(await probabilities.data())],
    });
    await device.checkErrors();
  }
  return outputs;
}
