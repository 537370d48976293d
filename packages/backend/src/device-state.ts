import type { HostArray } from '@geodesic/compiler';

/**
 * Cached keys or values on a device: a tfjs tensor, or whatever its runner keeps them in. Immutable for whoever holds it: a step
 * gives new ones, which may share memory with the old. Disposing one leaves the others usable.
 */
export interface DeviceState {
  readonly shape: readonly number[];
  /** How many numbers it holds. */
  readonly size: number;
  /** Bytes that they take on the device, where that is not 4 a number. */
  readonly byteLength?: number;
  dispose(): void;
}

/** A cached value: streams of the tokens on the host, keys and values on the device. */
export type CachedState = HostArray | DeviceState;

/** Bytes that the numbers of a state take on its device; not those that there is room for. */
export function stateBytes({ size, byteLength = 4 * size }: DeviceState): number {
  return byteLength;
}

/** Whether a state lies on the device, where its holder disposes it. */
export function isOnDevice(state: CachedState): state is DeviceState {
  return 'dispose' in state;
}
