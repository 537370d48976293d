import { GeodesicError } from '@geodesic/compiler';
import type { NodeName } from './node-name.js';

/** What TensorFlow says of an allocation that failed, and of the node that asked for it. */
const NO_ROOM = /OOM when allocating tensor with shape\[([\d,]*)\] and type (\w+)/;
const NODE = /\{\{node ([^}]+)\}\}/;

/**
 * Why a graph could not be run, as an error of the project's.
 *
 * @param sources names of the values that TensorFlow's nodes compute
 */
export function runFailure(cause: unknown, sources: ReadonlyMap<NodeName, string>): GeodesicError {
  const reason = (cause instanceof Error ? cause.message : String(cause)).trim().replaceAll(/\s*\n\s*/g, ' ');
  const source = sources.get(NODE.exec(reason)?.[1] ?? '');
  const [, sizes, dtype] = NO_ROOM.exec(reason) ?? [];
  if (sizes === undefined) {
    const where = source === undefined ? '' : ` at '${source}'`;
    return new GeodesicError('backend.device-error', `TensorFlow can't run the graph${where}: ${reason}`, {
      cause,
    });
  }
  const bytes = 4 * sizes.split(',').reduce((product, size) => product * Number(size), 1);
  return new GeodesicError(
    'backend.memory',
    `TensorFlow has no room for '${source ?? 'a value'}' ([${sizes}] of ${dtype}, ${bytes} bytes): take a smaller model or shorter prompts, or dispose sessions`,
    { cause },
  );
}
