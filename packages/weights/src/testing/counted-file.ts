import type { RandomAccessFile } from '../random-access-file.js';

/** A file that counts what is asked of it: what stands for time in tests. */
export interface CountedFile extends RandomAccessFile {
  readonly asked: { readonly reads: number; readonly bytes: number };
}

export function countedFile(file: RandomAccessFile): CountedFile {
  const asked = { reads: 0, bytes: 0 };
  return {
    ...file,
    asked,
    read(offset, length) {
      asked.reads++;
      asked.bytes += length;
      return file.read(offset, length);
    },
  };
}
