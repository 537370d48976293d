import { setTimeout as sleep } from 'node:timers/promises';
import { GeodesicError } from '@geodesic/compiler';
import { Redis } from 'ioredis';

const ANSWER_MS = 5000;
/** A lost connection is taken up again after so long for each attempt that failed, as ioredis does by itself. */
const RETRY_MS = 50;
const LONGEST_RETRY_MS = 2000;

/**
 * A connection to a Redis server, as BullMQ wants it: commands wait for as long as the server is away.
 *
 * @param url `redis://` or `rediss://`
 * @param signal ends the wait for the server's first answer
 * @param isWanted asked before a lost connection is taken up again: where it is not, all commands that wait fail
 * @throws GeodesicError `experiment.queue` for another address, or where no server answers
 * @throws the signal's reason when aborted
 */
export async function connectRedis(
  url: string,
  signal?: AbortSignal,
  isWanted: () => boolean = () => true,
): Promise<Redis> {
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) {
    throw new GeodesicError(
      'experiment.queue',
      `the queue '${withoutPassword(url)}' is no address such as redis://localhost:6379`,
    );
  }
  await checkAnswer(url, signal);
  const retryStrategy = (attempts: number) =>
    isWanted() ? Math.min(attempts * RETRY_MS, LONGEST_RETRY_MS) : null;
  return withoutWarnings(new Redis(url, { maxRetriesPerRequest: null, retryStrategy }));
}

/**
 * Ends a connection that is wanted no more; commands that wait for the server fail. Told to disconnect between two attempts to take it
 * up again, ioredis would leave them waiting for ever: there, the next attempt ends it.
 */
export async function endConnection(connection: Redis): Promise<void> {
  if (connection.status === 'end') return;
  const ended = new Promise((resolve) => connection.once('end', resolve));
  if (connection.status === 'reconnecting') connection.once('ready', () => connection.disconnect());
  else connection.disconnect();
  await ended;
}

/** Lost connections are taken up again; without a listener each would be printed. */
export function withoutWarnings(redis: Redis): Redis {
  return redis.on('error', () => {});
}

async function checkAnswer(url: string, signal?: AbortSignal): Promise<void> {
  const probe = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  let cause: Error | undefined;
  probe.on('error', (error: Error) => {
    cause ??= error;
  });
  try {
    await within(
      ANSWER_MS,
      probe.connect().then(() => probe.ping()),
      signal,
    );
  } catch (error) {
    signal?.throwIfAborted();
    const reason = cause ?? (error as Error);
    throw new GeodesicError(
      'experiment.queue',
      `no Redis answers at ${withoutPassword(url)}: ${reason.message || reason.name}; start one, or give its address`,
      { cause: reason },
    );
  } finally {
    probe.disconnect();
  }
}

/** A server may take a connection and never say a word. */
async function within(ms: number, answer: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  const over = new AbortController();
  const ends = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
  const late = sleep(ms, undefined, { signal: ends }).then(() => {
    throw new Error(`nothing came for ${ms / 1000} s`);
  });
  try {
    await Promise.race([answer, late]);
  } finally {
    over.abort();
  }
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
