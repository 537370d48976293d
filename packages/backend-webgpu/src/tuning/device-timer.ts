import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { flush, timePass } from '../tfjs-private.js';

/** Milliseconds that a batch should take at least: clocks of devices are made coarse, to a tenth of a millisecond. */
const BATCH_MS = 2;
/** Fewer than tfjs submits by itself, so that a batch is one pass. */
const MOST_RUNS = 64;

/**
 * Times what is recorded, by the device's own clock where it has one, else by that of the host until the device is done.
 *
 * @param record records one run
 * @returns milliseconds of one run, of a batch that is long enough to be measured
 */
export async function timeOnDevice(backend: WebGPUBackend, record: () => void): Promise<number> {
  // Once for the pipeline, and for the buffers that the runs behind it use again.
  await timeBatch(backend, record, 1);
  const first = await timeBatch(backend, record, 1);
  const runs = Math.min(MOST_RUNS, Math.ceil(BATCH_MS / Math.max(first, BATCH_MS / MOST_RUNS)));
  const total = runs === 1 ? first : await timeBatch(backend, record, runs);
  // What a coarse clock gives as nothing is still more than nothing.
  return Math.max(total, 1e-6) / runs;
}

function timeBatch(backend: WebGPUBackend, record: () => void, runs: number): Promise<number> {
  const recordAll = () => {
    for (let run = 0; run < runs; run++) record();
  };
  return backend.device.features.has('timestamp-query')
    ? timePass(backend, recordAll)
    : timeWall(backend, recordAll);
}

async function timeWall(backend: WebGPUBackend, record: () => void): Promise<number> {
  flush(backend);
  await backend.device.queue.onSubmittedWorkDone();
  const start = performance.now();
  record();
  flush(backend);
  await backend.device.queue.onSubmittedWorkDone();
  return performance.now() - start;
}
