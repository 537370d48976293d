import { GeodesicError } from '@geodesic/compiler';

/** A file that is read by ranges: what every reader of this package works on, in Node and in browsers. */
export interface RandomAccessFile {
  /** Base name, shown in errors and used to tell formats apart. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /**
   * The bytes [offset, offset + length).
   *
   * @throws GeodesicError `weights.truncated` when the range is not inside the file
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A browser `File`, or any `Blob` given a name, as a file read by ranges. Nothing is read before it is asked for. */
export function blobFile(blob: Blob, name = 'name' in blob ? String(blob.name) : 'blob'): RandomAccessFile {
  return {
    name,
    size: blob.size,
    async read(offset, length) {
      checkRange(name, blob.size, offset, length);
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    },
    async close() {},
  };
}

/** Throws `weights.truncated` unless [offset, offset + length) lies inside a file of `size` bytes. */
export function checkRange(name: string, size: number, offset: number, length: number): void {
  if (offset >= 0 && length >= 0 && offset + length <= size) return;
  throw new GeodesicError(
    'weights.truncated',
    `${name} ends at byte ${size}, but bytes ${offset} to ${offset + length} are needed: it is truncated or damaged, fetch it again`,
  );
}
