import { GeodesicError } from '@geodesic/compiler';

/** @throws GeodesicError `run.aborted` where a loading was cancelled */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new GeodesicError('run.aborted', 'the loading was cancelled');
}
