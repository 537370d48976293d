import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Redis server of a test's own. */
export interface RedisServer {
  /** Its address. */
  readonly url: string;
  stop(): Promise<void>;
  /** It keeps its connections, and says nothing any more until it is stopped. */
  freeze(): void;
}

/** In CI its absence is a failure: scripts/install-redis installs it. */
export const HAS_REDIS = process.env.CI === 'true' || spawnSync('redis-server', ['--version']).status === 0;

/** Starts redis-server on a free port of this machine, or one that another had before it, without files that outlive it. */
export async function startRedis(before?: RedisServer): Promise<RedisServer> {
  const port = before === undefined ? await freePort() : Number(new URL(before.url).port);
  const folder = await mkdtemp(join(tmpdir(), 'geodesic-redis-'));
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  for await (const chunk of server.stdout) {
    if (String(chunk).includes('Ready to accept connections')) break;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    freeze: () => void server.kill('SIGSTOP'),
    async stop() {
      server.kill();
      // What is frozen hears of it when it goes on.
      server.kill('SIGCONT');
      if (server.exitCode === null) await once(server, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
