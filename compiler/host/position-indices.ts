import { GeodesicError } from '../error.js';
import type { OpAttributes } from '../ir/ops.js';
import type { HostArray } from './host-array.js';

/**
 * Rows of a table of learned positions. Positions behind a merge may lie between two: they take the row of the earlier one.
 *
 * @param where what an error names
 * @throws GeodesicError `run.position` for a position that the table lacks
 */
export function positionIndices(
  { shape, data }: HostArray,
  { offset, count }: OpAttributes['positionIndices'],
  where = 'learned positions',
): HostArray {
  const outside = data.find((position) => position >= count);
  if (outside !== undefined) {
    throw new GeodesicError(
      'run.position',
      `${where}: position ${outside}, but the table has ${count}; make it larger, or the context shorter`,
    );
  }
  return { shape, data: Int32Array.from(data, (position) => Math.floor(position) + offset) };
}
