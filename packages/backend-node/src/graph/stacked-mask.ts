import { type Dim, printDim } from '@geodesic/compiler';
import type { GraphValue } from './graph-value.js';
import type { NodeName } from './node-name.js';

/** What stands behind the tokens of a buffer, as far as its room reaches. */
interface Spare {
  readonly tokens: Dim;
  readonly filler: number;
}

/**
 * A mask [B, 1 or heads, N, T] for query heads in groups that are stacked along the rows: [B, 1 or heads / group, group · N, T].
 *
 * @param spare for buffers
 */
export function stackedMask(mask: GraphValue, group: number, spare?: Spare): NodeName {
  const key = spare === undefined ? `${group}` : `${group} ${printDim(spare.tokens)} ${spare.filler}`;
  return mask.once(`stacked ${key}`, () => stacked(mask, group, spare));
}

function stacked({ graph, axes, whole }: GraphValue, group: number, spare: Spare | undefined): NodeName {
  const [rows, heads, queries, tokens] = axes as readonly [Dim, number, Dim, Dim];
  const ofAll = () => graph.concat(new Array<NodeName>(group).fill(whole), 2);
  const ofEach = () => graph.reshape(whole, [rows, heads / group, [group, queries], tokens]);
  const mask = group === 1 ? whole : heads === 1 ? ofAll() : ofEach();
  if (spare === undefined) return mask;
  const paddings = graph.feeds.spareBehind(3, 4, spare.tokens);
  const inputs = [mask, paddings, graph.scalar(spare.filler)];
  return graph.op('PadV2', inputs, { Tpaddings: { type: 'int32' } });
}
