import { availableParallelism } from 'node:os';

/** Ops that run at the same time. Graphs are lowered so that as many are ready. */
const LANES = 2;

/**
 * How TensorFlow parts its work among threads; it reads this when it starts. Waking and joining the threads of one op takes as
 * long as a product with one row, so that the lanes come first, and each op gets the threads that are left. What the user has set
 * stays.
 */
export function setThreads(env: NodeJS.ProcessEnv, threads = availableParallelism()): void {
  env.TF_NUM_INTEROP_THREADS ??= `${LANES}`;
  env.TF_NUM_INTRAOP_THREADS ??= `${Math.max(1, Math.floor(threads / LANES))}`;
}
