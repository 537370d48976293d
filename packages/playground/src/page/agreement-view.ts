import { element, percent } from '@geodesic/page-parts';
import type { Judgement } from '../protocol.js';
import { agreementClass, agreementSummary } from './agreement-class.js';
import type { AnswerColumn } from './answer-column.js';

/** Shows at each token of the merged answer what the model as it is says of it: by colour and line, in words, and as a table. */
export class AgreementView {
  readonly #column: AnswerColumn;
  readonly #summary = element('agreement', HTMLParagraphElement);
  readonly #rows = element('token-rows', HTMLTableSectionElement);
  #judgements: Judgement[] = [];

  constructor(column: AnswerColumn) {
    this.#column = column;
  }

  clear(): void {
    this.#judgements = [];
    this.#summary.textContent = '';
    this.#rows.replaceChildren();
  }

  /** Takes the judgements of the tokens behind those that were judged before. */
  add(judgements: readonly Judgement[]): void {
    for (const judgement of judgements) {
      const span = this.#column.tokens[this.#judgements.length];
      this.#judgements.push(judgement);
      if (span === undefined) continue;
      span.classList.add(agreementClass(judgement));
      span.title = inWords(judgement);
      this.#rows.append(tableRow(span.textContent, judgement));
    }
  }

  /** Sums up what was judged. */
  end(): void {
    if (this.#judgements.length > 0) this.#summary.textContent = agreementSummary(this.#judgements);
  }
}

function inWords({ rank, probability, likeliest }: Judgement): string {
  const rest = rank === 1 ? '' : `; its likeliest is ${JSON.stringify(likeliest)}`;
  return `rank ${rank} of the model as it is, ${percent(probability)}${rest}`;
}

function tableRow(text: string, judgement: Judgement): HTMLTableRowElement {
  const { rank, probability, likeliest } = judgement;
  const row = document.createElement('tr');
  row.className = agreementClass(judgement);
  const cells = [
    JSON.stringify(text),
    String(rank),
    percent(probability),
    rank === 1 ? '' : JSON.stringify(likeliest),
  ];
  for (const cell of cells) row.insertCell().textContent = cell;
  return row;
}
