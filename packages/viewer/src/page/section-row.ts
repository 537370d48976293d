import type { ShownSection, Stream } from '../protocol.js';
import { AMOUNTS, type Measure } from './amounts.js';
import { make } from './make.js';

/** Where a section stands to the merge. */
export type Place = 'before' | 'behind';

/** A section closed: its name, what leaves it, and what it costs. Pressing it opens its nodes. */
export function sectionButton(section: ShownSection, measure: Measure, largest: number): HTMLButtonElement {
  const name = make('span', 'section-name', titleOf(section));
  const note = noteOf(section);
  const named = make('span', '', name, ...(note === undefined ? [] : [make('span', 'section-note', note)]));
  const button = make('button', 'section-button', named, streams(section), costs(section, measure, largest));
  button.type = 'button';
  return button;
}

/** `layers.3` as people say it; the other names are theirs already. */
export function titleOf({ name }: ShownSection): string {
  return name.startsWith('layers.') ? `Layer ${name.slice('layers.'.length)}` : name;
}

export function isMerge({ name }: ShownSection): boolean {
  return name === 'merge';
}

export function classOf(section: ShownSection, place: Place): string {
  const kind = isMerge(section) ? ' merge' : section.mergesBehind ? ' lit' : '';
  return `section ${place}${kind}`;
}

function noteOf(section: ShownSection): Node | string | undefined {
  if (section.mergesBehind) return make('span', 'badge', 'tokens merge behind it');
  if (!isMerge(section)) return undefined;
  const [before, after] = [section.before.shape[1] ?? 0, section.after.shape[1] ?? 0];
  return before === after ? `${before} tokens, none merged` : `${before} tokens become ${after}`;
}

/** What leaves; at the merge also what enters, since that is the difference. */
function streams(section: ShownSection): HTMLElement {
  const { before, after } = section;
  const lines = isMerge(section) ? [...write(before), ...write(after, '→ ')] : write(after);
  return make('span', 'stream', ...lines);
}

function write({ type, shape }: Stream, arrow = ''): HTMLElement[] {
  return [make('span', '', `${arrow}${type}`), make('span', 'numbers', `${arrow}[${shape.join(', ')}]`)];
}

function costs({ base, merged }: ShownSection, measure: Measure, largest: number): HTMLElement {
  const box = make('span', 'cost');
  for (const [kind, cost] of [
    ['base', base],
    ['merged', merged],
  ] as const) {
    if (cost === undefined) continue;
    const bar = make('span', `bar ${kind}`);
    bar.style.width = `${(100 * cost[measure]) / largest}%`;
    const whose = make('span', 'unseen', kind === 'base' ? 'as it is ' : 'merged ');
    box.append(bar, make('span', 'amount', whose, AMOUNTS[measure](cost[measure])));
  }
  return box;
}
