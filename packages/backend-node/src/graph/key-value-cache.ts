import type { DeviceState, Tfjs } from '@geodesic/backend';
import type { Tensor } from '@tensorflow/tfjs-core';
import { HEADS_FIRST } from './heads-first.js';

/** Buffers grow by this many tokens, so that most steps write in place. */
const ROOM = 128;

/** How many tokens the buffers that share a memory have written there. */
export interface Tail {
  filled: number;
}

/**
 * Cached keys or values [B, T, heads, dim] in a buffer [B, heads, capacity, dim]. The next step writes behind them, into the same
 * memory, and makes another cache of it; where two steps follow the same cache, the second gets a memory of its own.
 */
export class KeyValueCache implements DeviceState {
  constructor(
    readonly shape: readonly number[],
    readonly buffer: Tensor,
    readonly tail: Tail,
  ) {}

  /** Numbers that count, not those that there is room for. */
  get size(): number {
    return this.shape.reduce((product, size) => product * size, 1);
  }

  get capacity(): number {
    return this.buffer.shape[2] as number;
  }

  /** Whether this many tokens may be written behind those of this cache. */
  hasRoomFor(tokens: number): boolean {
    const length = this.shape[1] as number;
    return this.tail.filled === length && length + tokens <= this.capacity;
  }

  dispose(): void {
    this.buffer.dispose();
  }
}

/** The capacity of a new buffer of this many tokens. */
export function capacityFor(tokens: number): number {
  return (Math.floor(tokens / ROOM) + 1) * ROOM;
}

/** The tokens of a cache, [B, T, heads, dim], as a new tensor. */
export function tokensOf(tf: Tfjs, { shape, buffer }: KeyValueCache): Tensor {
  return tf.tidy(() => tf.transpose(validPart(tf, shape, buffer), [...HEADS_FIRST]));
}

/** A new buffer of a capacity with the tokens of a cache, or of a tensor [B, T, heads, dim]. */
export function newBuffer(tf: Tfjs, state: KeyValueCache | Tensor, capacity: number): Tensor {
  const spare = capacity - (state.shape[1] as number);
  return tf.tidy(() => {
    const tokens =
      state instanceof KeyValueCache
        ? validPart(tf, state.shape, state.buffer)
        : tf.transpose(state, [...HEADS_FIRST]);
    return tf.pad(tokens, [
      [0, 0],
      [0, 0],
      [0, spare],
      [0, 0],
    ]);
  });
}

function validPart(tf: Tfjs, shape: readonly number[], buffer: Tensor): Tensor {
  const [rows, tokens, heads, dim] = shape as [number, number, number, number];
  return tf.slice(buffer, [0, 0, 0, 0], [rows, heads, tokens, dim]);
}
