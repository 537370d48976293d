import { GeodesicError } from '@geodesic/compiler';
import { Redis } from 'ioredis';

const CONNECT_MS = 5000;

/**
 * A connection to a Redis server, as BullMQ wants it: commands wait for as long as the server is away.
 *
 * @param url `redis://` or `rediss://`
 * @throws GeodesicError `experiment.queue` for another address, or where no server answers
 */
export async function connectRedis(url: string): Promise<Redis> {
  if (!/^rediss?:\/\//.test(url)) {
    throw new GeodesicError(
      'experiment.queue',
      `the queue '${url}' is no address such as redis://localhost:6379`,
    );
  }
  await checkAnswer(url);
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  // Lost connections are taken up again; without a listener each would be printed.
  redis.on('error', () => {});
  return redis;
}

async function checkAnswer(url: string): Promise<void> {
  const probe = new Redis(url, { lazyConnect: true, connectTimeout: CONNECT_MS, retryStrategy: () => null });
  let cause: Error | undefined;
  probe.on('error', (error: Error) => {
    cause ??= error;
  });
  try {
    await probe.connect();
    await probe.ping();
  } catch (error) {
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

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
