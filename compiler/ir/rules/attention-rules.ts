import { flags } from '../attribute-checks.js';
import {
  at,
  expect,
  featureAxis,
  floating,
  isUnit,
  operand,
  rank,
  sameAxis,
  tokenStream,
} from '../axis-checks.js';
import { addDims, printDim } from '../dim.js';
import { dependsOnLength, type OpAttributes } from '../ops.js';
import { checkScaling } from '../rotary-checks.js';
import { type TensorType, tensorType } from '../tensor-type.js';
import type { TypeRules } from '../type-rule.js';

/** Rules of positions, masks, attention and its caches. */
export const attentionRules = {
  rotaryCos: rotaryTable,
  rotarySin: rotaryTable,

  positionIndices([positionIds], { offset, count }) {
    expect(Number.isSafeInteger(offset) && offset >= 0, `needs a whole offset of at least 0, not ${offset}`);
    expect(Number.isSafeInteger(count) && count > 0, `needs a whole count above 0, not ${count}`);
    return { dtype: 'i32', axes: rank(floating(operand(positionIds, 'positionIds')), 2, 'positionIds').axes };
  },

  alibiBias([queryPositions, keyPositions], { slopes }) {
    expect(
      slopes.length > 0 && slopes.every((slope) => Number.isFinite(slope)),
      `needs one finite slope for each head, not [${slopes}]`,
    );
    const queries = rank(floating(operand(queryPositions, 'query positions')), 2, 'query positions');
    const keys = rank(floating(operand(keyPositions, 'key positions')), 2, 'key positions');
    sameAxis(at(queries, 0), at(keys, 0), 'the rows of queries and keys');
    expect(
      at(queries, 1).domain === at(keys, 1).domain,
      `queries are in domain '${at(queries, 1).domain}', keys in '${at(keys, 1).domain}'`,
    );
    return tensorType('f32', [at(queries, 0), slopes.length, at(queries, 1), at(keys, 1)]);
  },

  rope([x, cos, sin], { interleaved }) {
    flags({ interleaved });
    const type = rank(floating(operand(x, 'x')), 4, 'x');
    for (const table of [operand(cos, 'cos'), operand(sin, 'sin')]) {
      sameAxis(at(type, 0), at(rank(table, 4, 'table'), 0), 'the rows');
      sameAxis(at(type, 1), at(table, 1), 'the tokens of x and its positions');
      const [rotary, features] = [featureAxis(table).size, featureAxis(type).size];
      expect(
        typeof rotary !== 'number' || typeof features !== 'number' || rotary <= features,
        `rotates ${printDim(rotary)} of ${printDim(features)} features`,
      );
    }
    return type;
  },

  attentionMask([queryExtents, querySizes, keyExtents, keySizes], { window, proportional }) {
    flags({ proportional });
    expect(
      window === null || (Number.isSafeInteger(window) && window > 0),
      `needs a window of a whole number of tokens above 0, or null, not ${window}`,
    );
    const queries = tokenStream(queryExtents, querySizes, 'query');
    const keys = tokenStream(keyExtents, keySizes, 'key');
    expect(
      queries.domain === keys.domain,
      `queries are in domain '${queries.domain}', keys in '${keys.domain}'`,
    );
    return tensorType('f32', [at(operand(querySizes, 'query sizes'), 0), 1, queries, keys]);
  },

  attention([q, k, v, mask], { scale, softcap }) {
    expect(Number.isFinite(scale), `needs a finite scale, not ${scale}`);
    expect(
      softcap === null || (Number.isFinite(softcap) && softcap > 0),
      `needs a positive soft cap, not ${softcap}`,
    );
    const queries = rank(floating(operand(q, 'queries')), 4, 'queries');
    const keys = rank(floating(operand(k, 'keys')), 4, 'keys');
    const values = rank(floating(operand(v, 'values')), 4, 'values');
    const seen = rank(floating(operand(mask, 'mask')), 4, 'mask');
    for (const [other, what] of [
      [keys, 'keys'],
      [values, 'values'],
      [seen, 'mask'],
    ] as const) {
      sameAxis(at(queries, 0), at(other, 0), `the rows of queries and ${what}`);
    }
    sameAxis(at(queries, 3), at(keys, 3), 'the head dim of queries and keys');
    sameAxis(at(keys, 2), at(values, 2), 'the heads of keys and values');
    sameAxis(at(keys, 1), at(values, 1), 'the tokens of keys and values');
    sameAxis(at(queries, 1), at(seen, 2), 'the tokens of queries and mask');
    sameAxis(at(keys, 1), at(seen, 3), 'the tokens of keys and mask');
    const [heads, keyValueHeads] = [at(queries, 2).size, at(keys, 2).size];
    expect(
      typeof heads === 'number' && typeof keyValueHeads === 'number' && heads % keyValueHeads === 0,
      `${printDim(heads)} heads can't share ${printDim(keyValueHeads)} key-value heads evenly`,
    );
    expect(
      isUnit(at(seen, 1)) || at(seen, 1).size === heads,
      `the mask is for ${printDim(at(seen, 1).size)} heads of ${printDim(heads)}`,
    );
    return { dtype: 'f32', axes: [...queries.axes.slice(0, 3), at(values, 3)] };
  },

  cacheAppend([past, added]) {
    const before = operand(past, 'past');
    const after = operand(added, 'new');
    expect(
      before.dtype === after.dtype && before.axes.length === after.axes.length,
      'past and new differ in dtype or rank',
    );
    let appended = 0;
    const axes = before.axes.map((entry, i) => {
      const other = at(after, i);
      if (entry.domain === undefined && other.domain === undefined) {
        sameAxis(entry, other, `axis ${i}`);
        return entry;
      }
      expect(
        entry.domain === other.domain,
        `appends domain '${other.domain}' to a cache of '${entry.domain}'`,
      );
      appended += 1;
      return { ...entry, size: addDims(entry.size, other.size) };
    });
    expect(appended === 1, `needs exactly one token axis, has ${appended}`);
    const { domain } = at(before, 1);
    expect(
      domain !== undefined,
      'the tokens of a cache must be axis 1: transpose what was cached, not what is',
    );
    return { dtype: before.dtype, axes };
  },
} satisfies Partial<TypeRules>;

function rotaryTable(
  [positions, lengths]: readonly TensorType[],
  { theta, rotaryDim, scaling, interleaved }: OpAttributes['rotaryCos'],
): TensorType {
  const type = rank(operand(positions, 'positionIds'), 2, 'positionIds');
  expect(rotaryDim > 0 && rotaryDim % 2 === 0, `needs an even rotary dim, not ${rotaryDim}`);
  expect(Number.isFinite(theta) && theta > 0, `needs a positive theta, not ${theta}`);
  flags({ interleaved });
  checkScaling(scaling, rotaryDim);
  if (dependsOnLength(scaling)) {
    sameAxis(at(type, 0), at(rank(operand(lengths, 'lengths'), 1, 'lengths'), 0), 'the rows of lengths');
  }
  return tensorType('f32', [at(type, 0), at(type, 1), 1, rotaryDim]);
}
