import type { Spec } from '../spec/spec-schema.js';
import { textName } from '../texts/documents.js';
import { leavesTokenOut } from './baselines.js';
import { type Cell, groupOf, type Task, type Variant } from './cell.js';
import { layersOf } from './layers.js';
import { variantsOf } from './variants.js';

/**
 * Every cell of a spec, in the order that they are computed in: a model's together, since it has to be loaded, and a group's
 * together, base first, since they share what the base gives.
 *
 * @param depths layers of each model
 */
export function gridOf(spec: Spec, depths: ReadonlyMap<string, number>): Cell[] {
  return spec.models.flatMap((model) => {
    const layers = layersOf(spec.layers, depths.get(model) as number, spec.layersOf);
    const variants = variantsOf(spec, layers);
    return tasksOf(spec).flatMap((task) =>
      spec.texts.flatMap((text) =>
        spec.lengths.flatMap((length) =>
          variants
            .filter((variant) => isFor(variant, task))
            .map((variant) => cellOf({ model, text: textName(text), length, task, variant })),
        ),
      ),
    );
  });
}

/** Traces are of merges, and only a needle's passage has a token to spare. */
function isFor({ merge, baseline }: Variant, { kind }: Task): boolean {
  if (kind === 'trace') return merge !== undefined;
  return kind === 'needle' || !leavesTokenOut(baseline);
}

function cellOf(parts: Omit<Cell, 'key'>): Cell {
  const { label, layer, merge } = parts.variant;
  const group = groupOf({ ...parts, key: '' });
  return { key: JSON.stringify([...JSON.parse(group), label, layer ?? null, merge ?? null]), ...parts };
}

/** The tasks of a spec, parted by what makes another cell: a depth, a kind of needle, a kind of string. */
function tasksOf({ tasks, passages }: Spec): Task[] {
  const { nextToken, copy, recall, needle, answers, speed, trace } = tasks;
  return [
    ...(nextToken ? [{ kind: 'nextToken', ...nextToken, passages } as const] : []),
    ...(copy?.of.map((of) => ({ kind: 'copy', ...copy, of }) as const) ?? []),
    ...(recall ? [{ kind: 'recall', ...recall } as const] : []),
    ...(needle?.of.flatMap((of) =>
      needle.depths.map((depth) => ({ kind: 'needle', of, depth, items: needle.items }) as const),
    ) ?? []),
    ...(answers ? [{ kind: 'answers', ...answers, passages } as const] : []),
    ...(speed ? [{ kind: 'speed', ...speed } as const] : []),
    ...(trace ? [{ kind: 'trace' } as const] : []),
  ];
}
