import { expect, it } from 'vitest';
import { setThreads } from './threads.js';

function threadsOf(threads: number, set: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env = { ...set };
  setThreads(env, threads);
  return env;
}

it('runs two ops at the same time, each on half of the threads', () => {
  expect(threadsOf(8)).toEqual({ TF_NUM_INTEROP_THREADS: '2', TF_NUM_INTRAOP_THREADS: '4' });
  expect(threadsOf(2)).toEqual({ TF_NUM_INTEROP_THREADS: '2', TF_NUM_INTRAOP_THREADS: '1' });
});

it('gives each op a thread where there is only one', () => {
  expect(threadsOf(1)).toEqual({ TF_NUM_INTEROP_THREADS: '2', TF_NUM_INTRAOP_THREADS: '1' });
});

it('leaves what the user has set', () => {
  const set = { TF_NUM_INTEROP_THREADS: '3', TF_NUM_INTRAOP_THREADS: '5' };
  expect(threadsOf(8, set)).toEqual(set);
});
