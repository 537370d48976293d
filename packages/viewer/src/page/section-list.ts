import { element } from '@geodesic/page-parts';
import type { GraphReply, SectionReply, ShownSection } from '../protocol.js';
import type { Measure } from './amounts.js';
import { make } from './make.js';
import { NodesView } from './nodes-view.js';
import { classOf, isMerge, sectionButton, titleOf } from './section-row.js';

/** Fetches the nodes of the section with this place. */
type FetchNodes = (section: number) => Promise<SectionReply>;

/** The graph as the sections that states pass, each of which opens to its nodes. */
export class SectionList {
  readonly #list = element('sections', HTMLOListElement);
  readonly #fetchNodes: FetchNodes;
  readonly #onError: (error: unknown) => void;
  /** By name: what was opened stays open when options change. */
  readonly #open = new Set<string>();
  #graph: GraphReply | undefined;
  #measure: Measure = 'flops';

  constructor(fetchNodes: FetchNodes, onError: (error: unknown) => void) {
    this.#fetchNodes = fetchNodes;
    this.#onError = onError;
  }

  show(graph: GraphReply): void {
    this.#graph = graph;
    this.#draw();
  }

  set measure(measure: Measure) {
    this.#measure = measure;
    this.#draw();
  }

  #draw(): void {
    const sections = this.#graph?.sections ?? [];
    const costs = sections.flatMap(({ base, merged }) => [base?.[this.#measure] ?? 0, merged[this.#measure]]);
    const largest = Math.max(1, ...costs);
    const merge = sections.findIndex(isMerge);
    this.#list.replaceChildren(
      ...sections.map((section, i) => this.#row(section, i, merge >= 0 && i > merge, largest)),
    );
  }

  #row(section: ShownSection, index: number, behind: boolean, largest: number): HTMLLIElement {
    const row = make('li', classOf(section, behind ? 'behind' : 'before'));
    const button = sectionButton(section, this.#measure, largest);
    const nodes = make('div', 'nodes');
    nodes.id = `nodes-${index}`;
    nodes.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    button.setAttribute('aria-controls', nodes.id);
    const toggle = (open: boolean) => {
      button.setAttribute('aria-expanded', String(open));
      nodes.hidden = !open;
      if (open) this.#open.add(section.name);
      else this.#open.delete(section.name);
      if (open && !nodes.hasChildNodes()) this.#fill(nodes, section, index);
    };
    button.addEventListener('click', () => toggle(nodes.hidden !== false));
    row.append(button, nodes);
    if (this.#open.has(section.name)) toggle(true);
    return row;
  }

  #fill(nodes: HTMLElement, section: ShownSection, index: number): void {
    nodes.replaceChildren(make('p', 'details', 'Drawing its nodes …'));
    this.#fetchNodes(index)
      .then((reply) => nodes.replaceChildren(...new NodesView(titleOf(section), reply).elements))
      .catch((error: unknown) => {
        nodes.replaceChildren();
        this.#onError(error);
      });
  }
}
