import { type CachedState, type DeviceState, stateBytes } from '@geodesic/backend';
import { cachedStreamOf, type HostArray, isCachedStream, isOfTail } from '@geodesic/compiler';

/** What a session keeps between its steps, by name: cached keys and values on the device, streams of their slots on the host. */
export type States = ReadonlyMap<string, CachedState>;

export function disposeStates(states: States): void {
  for (const state of deviceStates(states)) state.dispose();
}

/** Bytes of what is on the device, without what there is room for. */
export function deviceBytes(states: States): number {
  return deviceStates(states).reduce((bytes, state) => bytes + stateBytes(state), 0);
}

/** Valid entries a row in the most merged domain, whose name is the longest; a tail is part of one. */
export function slotCounts(states: States): number[] {
  const names = [...states.keys()].filter(
    (name) => isCachedStream(name) && cachedStreamOf(name).stream === 'sizes' && !isOfTail(name),
  );
  const deepest = names.sort((a, b) => b.length - a.length)[0];
  const sizes = states.get(deepest ?? '') as HostArray | undefined;
  const [rows = 0, width = 0] = sizes?.shape ?? [];
  return Array.from({ length: rows }, (_, row) => {
    const cells = sizes?.data.subarray(row * width, (row + 1) * width) ?? [];
    return Array.from(cells).filter((size) => size > 0).length;
  });
}

function deviceStates(states: States): DeviceState[] {
  return [...states].filter(([name]) => !isCachedStream(name)).map(([, state]) => state as DeviceState);
}
