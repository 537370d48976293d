import { type AnyNode, GeodesicError, type HostArray } from '@geodesic/compiler';
import type { CachedState } from './device-state.js';
import type { Patch } from './patch.js';

/** What a run is given. */
export interface RunFeeds {
  /** By the names of `input` nodes. */
  readonly inputs: Readonly<Record<string, HostArray>>;
  /** By the names of `state` nodes; they stay the caller's. */
  readonly states: ReadonlyMap<string, CachedState>;
  readonly patches?: ReadonlyMap<string, Patch>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The value of an input, or of a state on the host; nothing for any other node.
 *
 * @throws GeodesicError `run.input` where the feeds lack it
 */
export function givenOnHost(node: AnyNode, feeds: RunFeeds): HostArray | undefined {
  if (node.op === 'state') return stateOf(node.name, feeds) as HostArray;
  if (node.op !== 'input') return undefined;
  const value = feeds.inputs[node.name];
  if (value === undefined) throw new GeodesicError('run.input', `the run lacks the input '${node.name}'`);
  return value;
}

/** @throws GeodesicError `run.input` where the feeds lack it */
export function stateOf(name: string, { states }: RunFeeds): CachedState {
  const state = states.get(name);
  if (state !== undefined) return state;
  throw new GeodesicError('run.input', `the run lacks the state '${name}': prefill first`);
}

/** @throws GeodesicError `run.aborted`; `run.option` for what is no signal, such as its controller: nothing would ever abort by it */
export function checkSignal({ signal }: Pick<RunFeeds, 'signal'>): void {
  if (signal === undefined || signal === null) return;
  if (typeof signal.aborted !== 'boolean')
    throw new GeodesicError(
      'run.option',
      'signal must be an AbortSignal: that of a controller is its `signal`',
    );
  if (signal.aborted) throw new GeodesicError('run.aborted', 'the run was aborted');
}
