import {
  compile,
  type Program,
  type SlerpMergeOptions,
  slerpMerge,
  type TokenLimits,
  type Traceable,
} from '@geodesic/compiler';
import { checkEmittable, withProtectionInput } from './check-emittable.js';
import { Constants } from './constants.js';
import { writeLayer } from './layer-function.js';
import { nameLayers } from './name-layers.js';
import { writePhase } from './phase-function.js';
import { PhaseGraph } from './phase-graph.js';
import { printModule } from './print-module.js';
import { RESERVED } from './reserved-names.js';

/** What is compiled ahead of time. */
export interface EmittedModel {
  readonly model: Traceable;
  readonly config: TokenLimits;
  /** One merge, several behind rising layers, or none. */
  readonly merges?: readonly SlerpMergeOptions[];
}

/**
 * Compiles a model ahead of time: a TypeScript module with `prefill` and `decode` that calls tfjs and `@geodesic/backend/kernels`, and
 * computes what the compiler's program does, bit for bit where that runs op by op.
 *
 * @throws GeodesicError `emit.unsupported` for merges whose plan depends on what the device computes, and for models whose layers are
 *   no functions of hidden states; `merge.*` as `slerpMerge`
 */
export function emitModule({ model, config, merges = [] }: EmittedModel): string {
  for (const merge of merges) checkEmittable(merge);
  const passes = merges.map((merge) => slerpMerge(withProtectionInput(merge)));
  return write(compile(model, { passes }), config, merges);
}

function write(program: Program, config: TokenLimits, merges: readonly SlerpMergeOptions[]): string {
  const constants = new Constants();
  const phases = [program.prefill, program.decode].map((graph) => new PhaseGraph(graph));
  const written = phases.map((phase) =>
    phase.layers.map((view) => writeLayer(phase, view, constants, RESERVED)),
  );
  const { functions, named } = nameLayers(written);
  const reserved = new Set([...RESERVED, ...functions.map(({ name }) => name)]);
  const [prefill, decode] = phases.map((phase, i) => writePhase(phase, named[i] ?? [], constants, reserved));
  if (prefill === undefined || decode === undefined) throw new RangeError('a program has two phases');
  return printModule({
    graph: program.prefill,
    name: program.name,
    config,
    merges,
    constants,
    functions,
    prefill,
    decode,
  });
}
