import { type HostArray, isCache } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import { type CachedState, isOnDevice } from './device-state.js';
import type { RunResult } from './graph-runner.js';

/** The outputs of a run by what their takers do with them: outputs `cache.*` are states, wherever they lie; all others on the device are tensors. */
export function sortOutputs(outputs: Iterable<readonly [name: string, value: CachedState]>): RunResult {
  const host = new Map<string, HostArray>();
  const device = new Map<string, Tensor>();
  const states = new Map<string, CachedState>();
  for (const [name, value] of outputs) {
    if (isCache(name)) states.set(name, value);
    else if (isOnDevice(value)) device.set(name, value as Tensor);
    else host.set(name, value);
  }
  return { host, device, states };
}
