import type { ValueId } from '../ir/graph.js';
import type { KernelStep, StepOf } from './kernel-step.js';

/** Most products of one step: a kernel binds an input, and a weight, a bias and a result of each. */
const MOST = 3;

/** Makes one step of products of the same x, where the first of them stands: it needs nothing but x and weights. */
export function shareInputs(steps: readonly KernelStep[]): KernelStep[] {
  const open = new Map<ValueId, number>();
  const shared: KernelStep[] = [];
  for (const step of steps) {
    const place = step.kind === 'products' ? open.get(step.x) : undefined;
    if (step.kind !== 'products') {
      shared.push(step);
    } else if (place === undefined) {
      open.set(step.x, shared.length);
      shared.push(step);
    } else {
      const first = shared[place] as StepOf<'products'>;
      const projections = [...first.projections, ...step.projections];
      shared[place] = { ...first, projections };
      if (projections.length === MOST) open.delete(step.x);
    }
  }
  return shared;
}
