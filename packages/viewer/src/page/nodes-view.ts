import type { Point, SectionReply, ShownNode } from '../protocol.js';
import { make } from './make.js';

const SVG = 'http://www.w3.org/2000/svg';
/** Of an arrow to the right that ends at the origin. */
const TIP = 'M0,0 l-7,-4 v8 z';

/** The nodes of a section as a drawing, with what is known of the one that was pressed. */
export class NodesView {
  readonly elements: readonly HTMLElement[];
  readonly #details = make('div', 'details', 'Press a node for its type, source and operands.');
  readonly #buttons = new Map<number, HTMLButtonElement>();

  constructor(title: string, { width, height, nodes, edges }: SectionReply) {
    this.#details.setAttribute('role', 'status');
    const canvas = make('div', 'canvas');
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    canvas.append(drawnEdges(edges), ...nodes.map((node) => this.#button(node)));
    const drawing = make('div', 'drawing', canvas);
    drawing.tabIndex = 0;
    drawing.setAttribute('role', 'group');
    drawing.setAttribute('aria-label', `Nodes of ${title}`);
    this.elements = [drawing, this.#details];
  }

  #button(node: ShownNode): HTMLButtonElement {
    const button = make(
      'button',
      `node${node.enters ? ' enters' : ''}${node.onHost ? ' on-host' : ''}`,
      make('span', '', node.label),
      make('span', 'what', `${node.op} [${node.shape.join(', ')}]`),
    );
    button.type = 'button';
    button.setAttribute('aria-pressed', 'false');
    button.style.left = `${node.place.x}px`;
    button.style.top = `${node.place.y}px`;
    button.style.width = `${node.size.width}px`;
    button.style.height = `${node.size.height}px`;
    button.addEventListener('click', () => this.#select(node));
    this.#buttons.set(node.id, button);
    return button;
  }

  #select(node: ShownNode): void {
    for (const [id, button] of this.#buttons) button.setAttribute('aria-pressed', String(id === node.id));
    const facts: readonly (readonly [string, string])[] = [
      ['name', node.name],
      ['op', `${node.op}${node.onHost ? ', computed on the host' : ''}`],
      ['type', node.type],
      ['shape', `[${node.shape.join(', ')}]`],
      ['source', node.source],
      ...Object.entries(node.attributes).map(([key, value]) => [key, JSON.stringify(value)] as const),
      ...node.operands.map(({ name, type }) => ['reads', `${name} : ${type}`] as const),
    ];
    const list = make('dl', '');
    for (const [term, fact] of facts) list.append(make('dt', '', term), make('dd', '', fact));
    this.#details.replaceChildren(list);
  }
}

function drawnEdges(edges: SectionReply['edges']): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('aria-hidden', 'true');
  for (const points of edges) {
    const line = document.createElementNS(SVG, 'polyline');
    line.setAttribute('points', points.map(({ x, y }) => `${x},${y}`).join(' '));
    const tip = document.createElementNS(SVG, 'path');
    tip.setAttribute('class', 'tip');
    tip.setAttribute('d', TIP);
    tip.setAttribute('transform', placeOfTip(points));
    svg.append(line, tip);
  }
  return svg;
}

/** Turns the tip into the direction of the edge's last piece. */
function placeOfTip(points: readonly Point[]): string {
  const [before, end] = points.slice(-2) as [Point, Point];
  const degrees = (Math.atan2(end.y - before.y, end.x - before.x) * 180) / Math.PI;
  return `translate(${end.x} ${end.y}) rotate(${degrees})`;
}
