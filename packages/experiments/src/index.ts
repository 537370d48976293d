export { type MergeBudget, parseMergeBudget } from './budget/merge-budget.js';
export { type PickedMerge, type PickMergeOptions, pickMerge } from './budget/pick-merge.js';
export type { Cell, Task, TaskKind, Variant } from './grid/cell.js';
export { type BootstrapOptions, bootstrap, bootstrapDifference, type Estimate } from './metrics/bootstrap.js';
export { METRICS, type Metric, type MetricName, type Samples } from './metrics/metric-list.js';
export type { WorkerOptions } from './queue/run-worker.js';
export { writeReport } from './report/write-report.js';
export { CellLab, type LabSettings, type ModelSource } from './runner/cell-lab.js';
export type { CellResult } from './runner/cell-result.js';
export type { DescribedModel } from './runner/described-model.js';
export { type Experiment, planExperiment } from './runner/experiment.js';
export { readResults } from './runner/results-file.js';
export { RESULTS_FILE, type RunOptions, type RunSummary, runExperiment } from './runner/run-experiment.js';
export type { RunProgress } from './runner/time-left.js';
export { openSpec, shippedSpecs } from './spec/shipped-specs.js';
export { readSpecFile, SpecFile, type SpecPath } from './spec/spec-file.js';
export type { BaselineName, CopyKind, NeedleKind, Spec, Split } from './spec/spec-schema.js';
export { type FitOptions, fitSurpriseProbes } from './surprise/fit-surprise-probes.js';
export { withRandomWords } from './surprise/with-random-words.js';
export { Draw } from './tasks/draw.js';
export { PrefillCost } from './tasks/prefill-cost.js';
export { Corpus } from './texts/corpus.js';

/** Computes the cells of a queue; see `WorkerOptions`. */
export async function runWorker(options: import('./queue/run-worker.js').WorkerOptions): Promise<void> {
  await (await import('./queue/run-worker.js')).runWorker(options);
}
export type { MergeCandidate } from './budget/merge-candidates.js';
export type { Statistic } from './metrics/statistic.js';
export type { TextTrace, TracedSlot } from './tasks/text-trace.js';
export type { TextDocument } from './texts/documents.js';
