import { dependsOnLength, type RotaryFrequencies } from '../ir/ops.js';
import type { HostArray } from './host-array.js';
import { RotaryRows } from './rotary-rows.js';

/** How many positions are computed once for a graph: nearly every run has those of the runs before. */
const REMEMBERED = 4096;

/** By the attributes of the nodes of a graph, which live as long. */
const remembered = {
  cos: new WeakMap<RotaryFrequencies, RotaryRows>(),
  sin: new WeakMap<RotaryFrequencies, RotaryRows>(),
};

/**
 * Cosines or signed sines of every position and frequency: position ids [B, N] → [B, N, 1, rotaryDim]; the rows' lengths [B]
 * follow where the scaling depends on them.
 *
 * Each frequency stands in the two places that turn together: i and i + rotaryDim / 2 (the rotate-half layout of Hugging Face
 * transformers), or 2i and 2i + 1. The sines of the first place are negated, so that rope is x · cos + swapped(x) · sin. Angles
 * are rounded to float32 as the reference implementation's are.
 */
export function rotaryTable(
  [positionIds, lengths]: readonly HostArray[],
  kind: 'cos' | 'sin',
  attributes: RotaryFrequencies,
): HostArray {
  const { shape: [rows = 0, tokens = 0] = [], data: positions = [] } = positionIds ?? {};
  const { rotaryDim } = attributes;
  const data = new Float32Array(rows * tokens * rotaryDim);
  for (let row = 0; row < rows; row++) {
    const ofPositions = rowsFor(kind, attributes, lengths?.data[row] ?? 0);
    for (let token = row * tokens; token < (row + 1) * tokens; token++) {
      data.set(ofPositions.at(positions[token] as number), token * rotaryDim);
    }
  }
  return { shape: [rows, tokens, 1, rotaryDim], data };
}

function rowsFor(kind: 'cos' | 'sin', attributes: RotaryFrequencies, length: number): RotaryRows {
  if (dependsOnLength(attributes.scaling)) return new RotaryRows(kind, attributes, { length, remembered: 0 });
  const known = remembered[kind].get(attributes);
  if (known !== undefined) return known;
  const rows = new RotaryRows(kind, attributes, { length, remembered: REMEMBERED });
  remembered[kind].set(attributes, rows);
  return rows;
}
