import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../packages/playground');
const VITE = join(dirname(createRequire(`${FOLDER}/`).resolve('vite/package.json')), 'bin/vite.js');

/** The playground's page on a port of localhost. */
export interface ServedPlayground {
  readonly url: string;
  close(): Promise<void>;
}

/** Builds the page as users do and serves what came out. */
export async function buildPlayground(): Promise<ServedPlayground> {
  const folder = await mkdtemp(join(tmpdir(), 'geodesic-playground-'));
  const built = spawnSync(process.execPath, [VITE, 'build', '--outDir', folder], {
    cwd: FOLDER,
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`vite build: ${built.stdout}${built.stderr}`);
  const served = await startVite(['preview', '--outDir', folder]);
  return {
    url: served.url,
    async close() {
      await served.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Serves the page from its sources, as `npm run playground` does the first time: nothing is prepared yet. */
export function developPlayground(): Promise<ServedPlayground> {
  return startVite(['dev', '--force']);
}

async function startVite(command: readonly string[]): Promise<ServedPlayground> {
  const port = await freePort();
  const server = spawn(
    process.execPath,
    [VITE, ...command, '--host', '127.0.0.1', '--port', String(port), '--strictPort'],
    // In colours, as in CI, the words that are waited for would be apart.
    { cwd: FOLDER, env: { ...process.env, NO_COLOR: '1', GEODESIC_MODEL_SOURCE: 'wheel' } },
  );
  await untilItListens(server);
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      const closed = once(server, 'exit');
      server.kill();
      await closed;
    },
  };
}

function untilItListens(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (text: Buffer) => {
      said += text.toString();
      if (said.includes('Local:')) resolve();
    };
    server.stdout?.on('data', hear);
    server.stderr?.on('data', hear);
    server.once('exit', (code) => reject(new Error(`vite ended with ${code}: ${said}`)));
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('localhost has no port');
  return address.port;
}
