import { GeodesicError } from '@geodesic/compiler';
import type { RandomAccessFile } from '@geodesic/weights';
import { FILES_PATH, type ServedFile } from '../server-paths.js';

/** A file that the page's server has, read by ranges. */
export function servedFile(model: string, { name, size }: ServedFile, signal: AbortSignal): RandomAccessFile {
  const url = `${import.meta.env.BASE_URL}${FILES_PATH}${encodeURIComponent(model)}/${encodeURIComponent(name)}`;
  return {
    name,
    size,
    async read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > size) throw cutShort(name, size, offset, length);
      if (length === 0) return new Uint8Array();
      const range = `bytes=${offset}-${offset + length - 1}`;
      const response = await fetch(url, { headers: { Range: range }, signal });
      if (response.status !== 206) {
        throw new GeodesicError(
          'playground.server',
          `the page's server does not give ${name} (status ${response.status}): load the model again`,
        );
      }
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (bytes.length !== length) throw cutShort(name, offset + bytes.length, offset, length);
      return bytes;
    },
    async close() {},
  };
}

function cutShort(name: string, size: number, offset: number, length: number): GeodesicError {
  return new GeodesicError(
    'weights.truncated',
    `${name} ends at byte ${size}, but bytes ${offset} to ${offset + length} are needed: remove it from the cache and load it again`,
  );
}
