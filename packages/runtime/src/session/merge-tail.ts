import type { CachedState, Device, DeviceState, RunResult } from '@geodesic/backend';
import {
  appendTokens,
  cacheName,
  type HostArray,
  protectionInput,
  type ResolvedMergeOptions,
  resolveMergeOptions,
  type SlerpMergeOptions,
  streamName,
  TOKENS,
  tailDomain,
  tailStates,
  validTokens,
} from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { States } from './session-states.js';

/**
 * The tokens of a session that its merge may still merge: their states at the merge's layer, on the device, and which tokens they are.
 * They are kept among the session's caches.
 */
export class MergeTail {
  readonly #states: string;
  readonly #extents: string;
  readonly #sizes: string;

  constructor(
    readonly options: ResolvedMergeOptions,
    readonly device: Device,
  ) {
    const { afterLayer } = options;
    const domain = tailDomain(TOKENS, afterLayer);
    this.#states = tailStates(afterLayer);
    this.#extents = cacheName(streamName(domain, 'extents'));
    this.#sizes = cacheName(streamName(domain, 'sizes'));
  }

  /** A step's result in which what it adds to the tail follows the tail that was before; behind a prefill it begins anew. */
  joined(before: States, result: RunResult): RunResult {
    const past = before.get(this.#states) as Tensor | undefined;
    if (past === undefined) return result;
    const added = result.states.get(this.#states) as Tensor;
    this.device.activate();
    this.device.allocateFor?.(this.#states);
    const states = this.device.tf.concat([past, added], 1);
    added.dispose();
    const appended = [this.#extents, this.#sizes].map((name) => {
      const [earlier, later] = [before.get(name), result.states.get(name)];
      return [name, appendTokens(earlier as HostArray, later as HostArray)] as const;
    });
    const tail: (readonly [string, CachedState])[] = [[this.#states, states as DeviceState], ...appended];
    return { ...result, states: new Map([...result.states, ...tail]) };
  }

  /** Whether in some row of these lengths a chunk stands between what is merged and the kept end. */
  isDue(states: States, lengths: readonly number[]): boolean {
    const { keepStart, keepEnd, minLength, chunk } = this.options;
    return this.#positions(states).some((positions, row) => {
      const mergeable = positions.filter((position) => position >= keepStart).length - keepEnd;
      return mergeable >= chunk && (lengths[row] as number) >= minLength;
    });
  }

  /**
   * What the graph that merges the tail is fed with beside the states: the streams of its tokens.
   *
   * @param flagged by the layer of a merge: which tokens of each row stay alone
   */
  inputs(
    states: States,
    lengths: readonly number[],
    flagged: ReadonlyMap<number, readonly ArrayLike<number>[]>,
  ): Record<string, HostArray> {
    const [extents, sizes] = this.#streams(states);
    const positions = Array.from(sizes.data, (_, token) => extents.data[token * 2] as number);
    const inputs: Record<string, HostArray> = {
      [streamName(TOKENS, 'extents')]: extents,
      [streamName(TOKENS, 'sizes')]: sizes,
      [streamName(TOKENS, 'positionIds')]: {
        shape: sizes.shape,
        data: Float32Array.from(positions, (position) => Math.max(0, position)),
      },
      [streamName(TOKENS, 'lengths')]: { shape: [lengths.length], data: Int32Array.from(lengths) },
    };
    const width = sizes.shape[1] as number;
    for (const [layer, flags] of flagged) {
      inputs[protectionInput(layer)] = {
        shape: sizes.shape,
        data: Int32Array.from(
          positions,
          (position, token) => flags[Math.floor(token / width)]?.[position] ?? 0,
        ),
      };
    }
    return inputs;
  }

  /** In which rows a merge has taken tokens from the tail. */
  changedRows(before: States, after: States): boolean[] {
    const left = this.#positions(after);
    return this.#positions(before).map((positions, row) => positions.length !== left[row]?.length);
  }

  /** The positions of each row's tokens. */
  #positions(states: States): number[][] {
    const [extents, sizes] = this.#streams(states);
    const width = sizes.shape[1] as number;
    return validTokens(sizes).map((tokens, row) =>
      tokens.map((token) => extents.data[(row * width + token) * 2] as number),
    );
  }

  #streams(states: States): [HostArray, HostArray] {
    return [states.get(this.#extents) as HostArray, states.get(this.#sizes) as HostArray];
  }
}

/** The tail of the merge that goes on while tokens are generated, if one does. */
export function streamingTail(merges: readonly SlerpMergeOptions[], device: Device): MergeTail | undefined {
  const streaming = merges.map(resolveMergeOptions).find(({ stream }) => stream !== 'off');
  return streaming && new MergeTail(streaming, device);
}
