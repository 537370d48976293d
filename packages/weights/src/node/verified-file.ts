import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { GeodesicError } from '@geodesic/compiler';

/** What a file must turn out to be. */
export interface ExpectedFile {
  readonly bytes: number;
  /** Lowercase hexadecimal; left out where the source gives none. */
  readonly sha256?: string;
}

/**
 * Writes streams one after the other to a new file and checks it on the way.
 *
 * @param received is told how many bytes have been written so far
 * @throws GeodesicError `models.checksum` when size or SHA-256 are not as expected
 */
export async function writeVerified(
  path: string,
  sources: readonly (() => Promise<AsyncIterable<Uint8Array>>)[],
  expected: ExpectedFile,
  { received, signal }: { received?: (bytes: number) => void; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* checked() {
    for (const source of sources) {
      for await (const chunk of await source()) {
        bytes += chunk.length;
        // Not a byte more than was promised reaches the disk.
        if (bytes > expected.bytes) break;
        hash.update(chunk);
        received?.(bytes);
        yield chunk;
      }
    }
  }
  await pipeline(checked, createWriteStream(path), signal ? { signal } : {});
  if (bytes === expected.bytes && (expected.sha256 === undefined || hash.digest('hex') === expected.sha256))
    return;
  throw new GeodesicError(
    'models.checksum',
    `${path} came out as ${bytes} bytes instead of ${expected.bytes}, or with another SHA-256: try again, and if that fails report it`,
  );
}
