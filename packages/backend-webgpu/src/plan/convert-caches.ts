import type { Tensor } from '@tensorflow/tfjs-core';
import { inWords, pack, unpack } from '../kernels/halves.js';
import { Launcher } from '../kernels/launcher.js';
import { bufferOf, emptyTensor, flush } from '../tfjs-private.js';
import { copyTokens } from './copy-tokens.js';
import type { KeyValueCache } from './key-value-cache.js';
import type { PlanDevice } from './plan-device.js';

/** What a cache holds, as a float32 tensor [rows, tokens, heads, dim]; the caller disposes it. */
export function tensorOfCache({ memory, shape, half }: KeyValueCache, target: PlanDevice): Tensor {
  const { backend, device } = target;
  const copied = half
    ? emptyTensor(device.tf, backend, inWords(shape), 'int32')
    : emptyTensor(device.tf, backend, shape);
  flush(backend);
  const commands = (backend.device as GPUDevice).createCommandEncoder();
  const to = { buffer: bufferOf(backend, copied), capacity: shape[1] as number };
  copyTokens(commands, memory, to, { shape, half });
  backend.device.queue.submit([commands.finish()]);
  if (!half) return copied;
  try {
    return unpack(new Launcher(device.tf, backend), copied);
  } finally {
    copied.dispose();
  }
}

/** Float32 keys or values as words of two half floats; the caller disposes them. */
export function halvesOf(tensor: Tensor, { backend, device }: PlanDevice): Tensor {
  return pack(new Launcher(device.tf, backend), tensor);
}
