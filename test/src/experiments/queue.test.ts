import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Experiment,
  type ModelSource,
  planExperiment,
  RESULTS_FILE,
  readResults,
  runExperiment,
  runWorker,
  SpecFile,
} from '@geodesic/experiments';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Started, startGeodesic } from '../cli/run-geodesic.js';
import { tinyModelFolder } from '../cli/tiny-model-folder.js';
import { HAS_REDIS, type RedisServer, startRedis } from './redis-server.js';
import { outFolder, timeless, tinySource } from './tiny-source.js';

const SOURCE = `name: queued
models: [tiny]
texts: [moby-dick]
passages: 2
lengths: [16, 32]
layers: [0, 2]
merges: [{ keepStart: 0, keepEnd: 4, label: slerp }]
bootstrap: { samples: 20 }
tasks:
  nextToken: { suffix: 4 }
`;
const CELLS = 2 * 3;

/** Three processes start one after another, on a machine that may do other things too. */
const MINUTES = 180_000;

const source = tinySource();

function plan(yaml = SOURCE): Promise<Experiment> {
  return planExperiment(new SpecFile('queued.yaml', yaml), source);
}

/** Starts a worker in this process, which ends with the test. */
function startWorker(queue: string, models = source): { stop(): Promise<void> } {
  const end = new AbortController();
  const done = runWorker({ queue, source: models, signal: end.signal });
  const stop = () => {
    end.abort();
    return done;
  };
  onTestFinished(stop);
  return { stop };
}

/** Gives the tiny model by any name but `endless`, which is never there. */
function endlessSource(): ModelSource {
  const load = (name: string) => (name === 'endless' ? new Promise<never>(() => {}) : source.load(name));
  return { ...source, load };
}

/** A server that takes connections and never says a word. */
async function silentServer(): Promise<string> {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Names of a spec's cells that the server holds. */
async function jobsOn(url: string, hash: string): Promise<string[]> {
  const client = new Redis(url);
  const keys = await client.keys(`bull:*:${hash}-*`);
  client.disconnect();
  // A cell that is being computed has a lock beside it.
  return keys.filter((key) => /-[0-9a-f]{24}$/.test(key));
}

/** Starts the real program as a worker. */
function startWorkerProcess(queue: string): Started & { readonly begun: string[] } {
  const worker = startGeodesic(['experiment', 'worker', '--queue', queue, '--stalled-after', '2']);
  onTestFinished(() => {
    worker.child.kill('SIGKILL');
  });
  const begun: string[] = [];
  let seen = '';
  worker.child.stderr.on('data', (chunk) => {
    seen += chunk;
    begun.splice(
      0,
      Number.POSITIVE_INFINITY,
      ...[...seen.matchAll(/^computing (.*)$/gm)].map(([, key]) => key as string),
    );
  });
  return { ...worker, begun };
}

describe.skipIf(!HAS_REDIS)('cells on a queue', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it('give what a run without a queue gives, each once', async () => {
    const experiment = await plan();
    const [here, queued] = [await outFolder(), await outFolder()];
    await runExperiment(experiment, { out: here, source });
    startWorker(redis.url);
    startWorker(redis.url);
    const summary = await runExperiment(experiment, { out: queued, source, queue: redis.url });
    expect(summary).toEqual({ computed: CELLS, found: 0 });
    const byKey = async (out: string) =>
      (await readResults(join(out, RESULTS_FILE)))
        .map(timeless)
        .sort((a, b) => a.cell.key.localeCompare(b.cell.key));
    expect(await byKey(queued)).toEqual(await byKey(here));
    // Nothing is left for another run of the spec to take for its own.
    expect(await jobsOn(redis.url, experiment.hash)).toEqual([]);
    expect(await runExperiment(experiment, { out: queued, source, queue: redis.url })).toEqual({
      computed: 0,
      found: CELLS,
    });
  });

  it('are gathered by the next run where one was ended', async () => {
    const experiment = await plan(SOURCE.replace('passages: 2', 'passages: 3'));
    const out = await outFolder();
    const abort = new AbortController();
    const stop = new Error('enough');
    const first = runExperiment(experiment, {
      out,
      source,
      queue: redis.url,
      signal: abort.signal,
      onProgress: ({ done }) => {
        if (done === 2) abort.abort(stop);
      },
    });
    startWorker(redis.url);
    await expect(first).rejects.toBe(stop);
    const found = (await readResults(join(out, RESULTS_FILE))).length;
    expect(found).toBeGreaterThanOrEqual(2);
    // What was taken is out of the queue, what is computed or waits is still there.
    expect(await jobsOn(redis.url, experiment.hash)).toHaveLength(CELLS - found);
    expect(await runExperiment(experiment, { out, source, queue: redis.url })).toEqual({
      computed: CELLS - found,
      found,
    });
    const keys = (await readResults(join(out, RESULTS_FILE))).map(({ cell }) => cell.key);
    expect(new Set(keys).size).toBe(CELLS);
    expect(keys).toHaveLength(CELLS);
  });

  it('are shared by runs of one spec at the same time, which all end', async () => {
    const experiment = await plan(SOURCE.replace('passages: 2', 'passages: 4'));
    const runs = Array.from({ length: 3 }, async () =>
      runExperiment(experiment, { out: await outFolder(), source, queue: redis.url }),
    );
    startWorker(redis.url);
    expect(await Promise.all(runs)).toEqual(Array(3).fill({ computed: CELLS, found: 0 }));
  }, 60_000);

  it('are added anew where the server went away and forgot them, and nothing is printed meanwhile', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => printed.mockRestore());
    const first = await startRedis();
    const out = await outFolder();
    const begun = new EventTarget();
    const run = runExperiment(await plan(), {
      out,
      source,
      queue: first.url,
      onProgress: ({ done }) => {
        if (done === 1) begun.dispatchEvent(new Event('one'));
      },
    });
    startWorker(first.url);
    await once(begun, 'one');
    await first.stop();
    // Connections try again within tenths of a second.
    await sleep(500);
    const second = await startRedis(first);
    onTestFinished(() => second.stop());
    expect(await run).toEqual({ computed: CELLS, found: 0 });
    expect(printed).not.toHaveBeenCalled();
  }, 60_000);

  it.each([
    ['is away', (server: RedisServer) => server.stop()],
    ['says nothing', (server: RedisServer) => server.freeze()],
  ] as const)(
    'do not keep a run that is aborted while the server %s',
    async (_, leave) => {
      const server = await startRedis();
      const out = await outFolder();
      const abort = new AbortController();
      const begun = new EventTarget();
      // Half of the cells are never done, however fast the worker is.
      const yaml = SOURCE.replace('[tiny]', '[tiny, endless]');
      const run = runExperiment(await plan(yaml), {
        out,
        source,
        queue: server.url,
        signal: abort.signal,
        onProgress: ({ done }) => {
          if (done === 1) begun.dispatchEvent(new Event('one'));
        },
      });
      const worker = startWorker(server.url, endlessSource());
      await once(begun, 'one');
      await leave(server);
      const stop = new Error('enough');
      abort.abort(stop);
      await expect(run).rejects.toBe(stop);
      await worker.stop();
      await server.stop();
      const results = await readResults(join(out, RESULTS_FILE));
      expect(results.length).toBeGreaterThanOrEqual(1);
      // Nothing of it holds the folder.
      expect(await runExperiment(await plan(yaml), { out, source })).toEqual({
        computed: 2 * CELLS - results.length,
        found: results.length,
      });
    },
    30_000,
  );

  it('do not keep a run that is aborted while the server is away and nothing was computed', async () => {
    const server = await startRedis();
    const abort = new AbortController();
    const experiment = await plan();
    const options = { out: await outFolder(), source, queue: server.url, signal: abort.signal };
    const run = runExperiment(experiment, options);
    while ((await jobsOn(server.url, experiment.hash)).length < CELLS) await sleep(100);
    await server.stop();
    // Long enough for the connection to be lost, and to be waiting for its next attempt.
    await sleep(1500);
    const stop = new Error('enough');
    abort.abort(stop);
    await expect(run).rejects.toBe(stop);
  }, 30_000);

  it('that fail for good are named when all others are there', async () => {
    // The string of the shorter length has no room for the cue, which is not known beforehand without a tokenizer.
    const untold = {
      describe: async (name: string) => ({ ...(await source.describe(name)), tokenizer: undefined }),
    };
    const yaml = SOURCE.replace(/nextToken.*/, 'copy: { of: [letters], cue: 12, answer: 8, items: 1 }');
    const out = await outFolder();
    startWorker(redis.url);
    const experiment = await planExperiment(new SpecFile('queued.yaml', yaml), untold);
    const run = runExperiment(experiment, { out, source, queue: redis.url });
    await expect(run).rejects.toMatchObject({
      code: 'experiment.cell-failed',
      message: expect.stringMatching(/^3 cells failed, .*16.*no room for a cue of 12/),
    });
    expect(await readResults(join(out, RESULTS_FILE))).toHaveLength(3);
    expect(await jobsOn(redis.url, experiment.hash)).toEqual([]);
  });

  it(
    'of a worker that was killed in the middle of one go to another',
    async () => {
      const folder = await outFolder();
      const spec = join(folder, 'spec.yaml');
      const model = JSON.stringify(await tinyModelFolder());
      // Enough passages that a cell takes a while.
      await writeFile(
        spec,
        SOURCE.replace('[tiny]', `[${model}]`)
          .replace('layers: [0, 2]', 'layers: [0]')
          .replace('passages: 2', 'passages: 20'),
      );
      const out = join(folder, 'out');
      const run = startGeodesic(['experiment', 'run', spec, '--out', out, '--queue', redis.url]);
      const first = startWorkerProcess(redis.url);
      while (first.begun.length === 0) await once(first.child.stderr, 'data');
      first.child.kill('SIGKILL');
      await once(first.child, 'exit');
      const killed = first.begun.at(-1) as string;
      const second = startWorkerProcess(redis.url);
      expect(await run.finished).toMatchObject({ exitCode: 0 });
      expect(second.begun).toContain(killed);
      const keys = (await readResults(join(out, RESULTS_FILE))).map(({ cell }) => cell.key);
      expect(keys).toHaveLength(4);
      expect(new Set(keys).size).toBe(4);
      second.child.kill('SIGTERM');
      expect((await second.finished).exitCode).toBe(0);
    },
    MINUTES,
  );

  it('need a Redis that answers', async () => {
    const out = await outFolder();
    const experiment = await plan();
    const unanswered = runExperiment(experiment, { out, source, queue: 'redis://127.0.0.1:1' });
    await expect(unanswered).rejects.toMatchObject({
      code: 'experiment.queue',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    for (const queue of ['localhost', 'redis://localhost:notaport', 'redis://localhost:99999']) {
      await expect(runExperiment(experiment, { out, source, queue })).rejects.toMatchObject({
        code: 'experiment.queue',
        message: expect.stringContaining(`'${queue}' is no address`),
      });
    }
    const silent = runExperiment(experiment, { out, source, queue: await silentServer() });
    await expect(silent).rejects.toMatchObject({
      code: 'experiment.queue',
      message: expect.stringContaining('nothing came for 5 s'),
    });
  }, 20_000);

  it('do not keep a worker whose server is silent or gone', async () => {
    const early = startWorker(await silentServer());
    await early.stop();
    const gone = await startRedis();
    const worker = startWorker(gone.url);
    await runExperiment(await plan(), { out: await outFolder(), source, queue: gone.url });
    await gone.stop();
    await sleep(500);
    await worker.stop();
  }, 60_000);
});
