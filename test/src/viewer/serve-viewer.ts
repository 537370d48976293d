import { once } from 'node:events';
import { type Started, startGeodesic } from '../cli/run-geodesic.js';

/** `geodesic view` on a free port. */
export interface ServedViewer extends Started {
  readonly url: string;
  /** Presses Ctrl-C, and waits until it has ended. */
  close(): Promise<void>;
}

export async function serveViewer(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ServedViewer> {
  const started = startGeodesic(['view', '--no-open', ...args], { env });
  const [line] = (await Promise.race([
    once(started.child.stdout, 'data'),
    started.finished.then(({ stderr }) => Promise.reject(new Error(stderr))),
  ])) as [Buffer];
  return {
    ...started,
    url: line.toString().trim(),
    async close() {
      started.child.kill('SIGINT');
      await started.finished;
    },
  };
}
