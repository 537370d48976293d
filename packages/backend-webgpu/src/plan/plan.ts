import {
  assignSlots,
  hostValues,
  inputsOf,
  nodeAt,
  type Schedule,
  type SlotAssignment,
  type ValueId,
  viewedValues,
} from '@geodesic/compiler';

/** What a plan knows before any run: its steps, the slots of their results, and which host values they read. */
export interface Plan {
  readonly schedule: Schedule;
  readonly slots: SlotAssignment;
  readonly views: ReadonlyMap<ValueId, ValueId>;
  readonly needed: ReadonlySet<ValueId>;
  /** Whether runs continue rows, as most do; what begins rows gives its buffers back, since many steps follow each of its runs. */
  readonly continues: boolean;
}

export function planOf(scheduled: Schedule): Plan {
  const views = viewedValues(scheduled);
  const handedOut = new Set([...scheduled.outputs.values()].map((id) => views.get(id) ?? id));
  const isCache = (id: ValueId) => id >= scheduled.graph.nodes.length;
  return {
    schedule: scheduled,
    slots: assignSlots(scheduled, (id) => handedOut.has(id) || isCache(id)),
    views,
    needed: neededOnHost(scheduled),
    continues: scheduled.graph.nodes.some(({ op }) => op === 'state'),
  };
}

/** The host values that steps read or that the graph hands out, what they are computed from, and all that is fed. */
function neededOnHost({ graph, steps }: Schedule): Set<ValueId> {
  const onHost = hostValues(graph);
  const needed = new Set<ValueId>();
  const need = (id: ValueId) => {
    if (needed.has(id) || !onHost.has(id)) return;
    needed.add(id);
    for (const input of nodeAt(graph, id).inputs) need(input);
  };
  for (const { id, op } of graph.nodes) if (op === 'input' || op === 'state') need(id);
  for (const step of steps) for (const id of inputsOf(step)) need(id);
  for (const id of graph.outputs.values()) need(id);
  return needed;
}
