import { bytes, element } from '@geodesic/page-parts';
import type { GraphReply, Totals } from '../protocol.js';
import { flops, ratio } from './amounts.js';
import { make } from './make.js';

const ROWS: readonly (readonly [label: string, key: keyof Totals, write: (value: number) => string])[] = [
  ['FLOPs', 'flops', flops],
  ['Bytes moved', 'bytes', bytes],
  ['Keys and values', 'kvCacheBytes', bytes],
  ['Weights', 'parameterBytes', bytes],
];

/** What the whole graph costs, as it is and merged. */
export class TotalsTable {
  readonly #body = element('totals', HTMLTableSectionElement);

  show({ base, merged }: GraphReply): void {
    this.#body.replaceChildren(
      ...ROWS.map(([label, key, write]) => {
        const heading = make('th', '', label);
        heading.scope = 'row';
        const cells = [write(base[key]), write(merged[key]), ratio(merged[key], base[key])];
        return make('tr', '', heading, ...cells.map((text) => make('td', '', text)));
      }),
    );
  }
}
