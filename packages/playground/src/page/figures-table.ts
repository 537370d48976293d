import { bytes, element, milliseconds } from '@geodesic/page-parts';
import type { Figures, Side } from '../protocol.js';

const NONE = '–';

/** What of the figures is shown: a number to compare by, undefined where there is none yet, and how it is written. */
const MEASURES: readonly {
  readonly label: string;
  readonly value: (figures: Figures) => number | undefined;
  readonly text: (value: number) => string;
}[] = [
  { label: 'First token', value: ({ firstTokenMs }) => firstTokenMs, text: milliseconds },
  { label: 'Tokens per second', value: tokensPerSecond, text: (value) => value.toFixed(1) },
  { label: 'New tokens', value: ({ newTokens }) => newTokens, text: String },
  { label: 'Entries of the later layers', value: ({ slots }) => slots, text: String },
  { label: 'KV cache', value: ({ kvBytes }) => kvBytes, text: bytes },
];

/** The figures of both sides and their ratio. */
export class FiguresTable {
  readonly #body = element('figures', HTMLTableSectionElement);
  #figures: Partial<Record<Side, Figures>> = {};

  constructor() {
    for (const { label } of MEASURES) {
      const row = this.#body.insertRow();
      const head = document.createElement('th');
      head.scope = 'row';
      head.textContent = label;
      row.append(head);
      for (let column = 0; column < 3; column++) row.insertCell();
    }
    this.#show();
  }

  clear(): void {
    this.#figures = {};
    this.#show();
  }

  set(side: Side, figures: Figures): void {
    this.#figures[side] = figures;
    this.#show();
  }

  #show(): void {
    const { base, merged } = this.#figures;
    for (const [index, { value, text }] of MEASURES.entries()) {
      const [left, right] = [base && value(base), merged && value(merged)];
      const written = [left, right].map((one) => (one === undefined ? NONE : text(one)));
      const ratio =
        left !== undefined && right !== undefined && left > 0 ? `× ${(right / left).toFixed(2)}` : NONE;
      const cells = this.#body.rows[index]?.cells;
      for (const [column, content] of [...written, ratio].entries()) {
        const cell = cells?.[column + 1];
        if (cell !== undefined) cell.textContent = content;
      }
    }
  }
}

/** Of decoding: the first token comes out of prefill. */
function tokensPerSecond({ newTokens, decodeMs }: Figures): number | undefined {
  return newTokens > 1 && decodeMs > 0 ? ((newTokens - 1) * 1000) / decodeMs : undefined;
}
