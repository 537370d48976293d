import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GOLDENS } from '../read-golden.js';
import { serveViewer } from '../viewer/serve-viewer.js';
import { runGeodesic, startGeodesic } from './run-geodesic.js';
import { temporaryFolder } from './temporary-folder.js';

const MODEL = ['--model', join(GOLDENS, 'tiny-llama')];

it('view listens on this machine alone until Ctrl-C, which ends it cleanly', async () => {
  const viewer = await serveViewer(MODEL);
  expect(viewer.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  const status = (path: string, init?: RequestInit) =>
    fetch(`${viewer.url}${path}`, init).then((response) => response.status);
  expect(await status('')).toBe(200);
  expect(await status('style/..%2F..%2Fpackage.json')).toBe(404);
  // Nothing is computed for a form of another site's page.
  const form = { method: 'POST', body: '{}', headers: { 'Content-Type': 'text/plain' } };
  expect(await status('api/graph', form)).toBe(405);
  viewer.child.kill('SIGINT');
  expect(await viewer.finished).toEqual({
    exitCode: 0,
    stdout: `${viewer.url}\n`,
    stderr: 'Ctrl-C ends it.\n',
  });
  await expect(fetch(viewer.url)).rejects.toThrow();
});

// Elsewhere nothing tells the system which browser to start.
it.runIf(process.platform === 'linux')('view opens the address in the browser', async () => {
  const folder = await temporaryFolder();
  const [browser, opened] = [join(folder, 'browser'), join(folder, 'opened')];
  await writeFile(browser, `#!/bin/sh\necho "$1" > '${opened}'\n`, { mode: 0o755 });
  const env = { BROWSER: browser, DISPLAY: '', WAYLAND_DISPLAY: '' };
  const { child, finished } = startGeodesic(['view', ...MODEL], { env });
  await expect.poll(() => readFile(opened, 'utf8').catch(() => ''), { timeout: 30_000 }).not.toBe('');
  child.kill('SIGINT');
  const { stdout, exitCode } = await finished;
  expect({ stdout, exitCode }).toEqual({ stdout: await readFile(opened, 'utf8'), exitCode: 0 });
});

it('view refuses a port that is taken, and says what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const { exitCode, stdout, stderr } = await runGeodesic([
    'view',
    '--no-open',
    '--port',
    String(port),
    ...MODEL,
  ]);
  other.close();
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toBe(
    `error: port ${port} can't be had: something else listens there; give another --port, or none for one that is free\n`,
  );
});

it.each([
  [['--port', '65536'], /A port, 0 to 65535/],
  [['--length', '1000'], /the model's context holds 512/],
  [['--merge-after', '9'], /layer/],
  [['--keep-end', '3'], /needs --merge-after/],
])('view %j is refused before anything is served', async (args, message) => {
  const { exitCode, stdout, stderr } = await runGeodesic(['view', '--no-open', ...MODEL, ...args]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toMatch(message);
});
