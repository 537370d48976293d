import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import { checkRange, type RandomAccessFile } from '../random-access-file.js';

/**
 * Opens a file of the file system to be read by ranges.
 *
 * @throws GeodesicError `weights.missing-file` where there is none, it is a folder or may not be read
 */
export async function openNodeFile(path: string): Promise<RandomAccessFile> {
  const name = basename(path);
  const handle = await open(path, 'r').catch((cause) => {
    throw unreadable(path, cause);
  });
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw unreadable(path, new Error('not a file'));
  }
  return {
    name,
    size: stat.size,
    async read(offset, length) {
      checkRange(name, stat.size, offset, length);
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; ) {
        const { bytesRead } = await handle.read(bytes, at, length - at, offset + at);
        // Someone cut the file short since it was opened.
        if (bytesRead === 0) checkRange(name, offset + at, offset, length);
        at += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

function unreadable(path: string, cause: unknown): GeodesicError {
  const reason = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : '';
  return new GeodesicError('weights.missing-file', `can't read ${path} (${reason}): check the path`, {
    cause,
  });
}
