import type { SlerpMergeOptions } from '@geodesic/compiler';
import { element, MergeSettings } from '@geodesic/page-parts';
import {
  GRAPH_PATH,
  type GraphReply,
  type GraphRequest,
  MODEL_PATH,
  SECTION_PATH,
  type SectionReply,
  type ShownModel,
} from '../protocol.js';
import type { Measure } from './amounts.js';
import { AskError, ask } from './ask.js';
import { Latest } from './latest.js';
import { SectionList } from './section-list.js';
import { TextPanel } from './text-panel.js';
import { TotalsTable } from './totals-table.js';

/** While a slider moves. */
const MOVING_MS = 120;
/** Below this width, settings begin folded. */
const NARROW = '(max-width: 52rem)';

/** Options of the command line that the page has no field for; the article's code knows none of them. */
const FURTHER = ['threshold', 'surprise', 'chunk'] as const satisfies (keyof SlerpMergeOptions)[];

/** The page: the graph, its costs and the picture, for the options that are set. */
export class ViewerPage {
  readonly #settings = new MergeSettings(() => this.#update());
  readonly #length = element('length', HTMLInputElement);
  readonly #phase = element('phase', HTMLSelectElement);
  readonly #status = element('graph-status', HTMLParagraphElement);
  readonly #trouble = element('trouble', HTMLDivElement);
  readonly #totals = new TotalsTable();
  readonly #text = new TextPanel(() => this.#merge);
  readonly #sections: SectionList;
  readonly #requests = new Latest();
  readonly #further: Partial<SlerpMergeOptions>;

  static async open(): Promise<ViewerPage> {
    return new ViewerPage(await ask<ShownModel>(MODEL_PATH));
  }

  private constructor({
    name,
    architecture,
    layers,
    contextLength,
    hasTokenizer,
    merge,
    length,
  }: ShownModel) {
    element('model', HTMLParagraphElement).textContent =
      `${name} · ${architecture} · ${layers} layers · context ${contextLength}`;
    this.#settings.begin(layers, merge);
    this.#further = Object.fromEntries(
      FURTHER.filter((key) => merge[key] !== undefined).map((key) => [key, merge[key]]),
    );
    this.#tellFurther();
    this.#length.value = String(length);
    this.#length.max = String(contextLength);
    this.#sections = new SectionList(
      (section) => ask<SectionReply>(SECTION_PATH, { ...this.#request, section }),
      (error) => this.#fail(error),
    );
    if (!hasTokenizer) this.#text.disable();
    if (matchMedia(NARROW).matches) element('merge-details', HTMLDetailsElement).open = false;
    this.#listen();
    this.#update();
  }

  #listen(): void {
    for (const control of [this.#length, this.#phase]) {
      control.addEventListener('input', () => this.#updateGraph());
    }
    for (const radio of document.querySelectorAll<HTMLInputElement>('input[name=cost]')) {
      radio.addEventListener('change', () => {
        this.#sections.measure = radio.value as Measure;
      });
    }
  }

  get #merge(): SlerpMergeOptions {
    const { options } = this.#settings;
    return options.interpolation === 'reference' ? options : { ...this.#further, ...options };
  }

  get #request(): GraphRequest {
    return {
      merge: this.#merge,
      phase: this.#phase.value as GraphRequest['phase'],
      length: this.#length.valueAsNumber,
    };
  }

  #update(): void {
    this.#updateGraph();
    this.#text.update();
  }

  #updateGraph(): void {
    this.#requests.run(
      async (signal) => {
        const graph = await ask<GraphReply>(GRAPH_PATH, this.#request, signal);
        this.#trouble.hidden = true;
        this.#totals.show(graph);
        this.#sections.show(graph);
        this.#status.textContent = `${graph.name}: ${graph.sections.length} parts`;
      },
      (error) => this.#fail(error),
      MOVING_MS,
    );
  }

  #tellFurther(): void {
    const entries = Object.entries(this.#further);
    const note = element('further-options', HTMLParagraphElement);
    note.hidden = entries.length === 0;
    note.textContent = `From the command line: ${entries.map(([key, value]) => `${key} ${value}`).join(', ')}.`;
  }

  #fail(error: unknown): void {
    this.#trouble.textContent =
      error instanceof AskError ? `${error.message} (${error.code})` : `unexpected: ${String(error)}`;
    this.#trouble.hidden = false;
  }
}
