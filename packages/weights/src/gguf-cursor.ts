import { GeodesicError } from '@geodesic/compiler';
import type { RandomAccessFile } from './random-access-file.js';

const chunkBytes = 1 << 20;
const maxStringBytes = 16 << 20;

/** Reads a GGUF header front to back, a chunk of the file at a time, and never past what the file has. */
export class GgufCursor {
  readonly #file: RandomAccessFile;
  // A token may be a byte order mark: keep it.
  readonly #text = new TextDecoder('utf-8', { ignoreBOM: true });
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  /** File offset of `#bytes[0]`. */
  #start = 0;
  #at = 0;

  constructor(file: RandomAccessFile) {
    this.#file = file;
  }

  /** Bytes from the start of the file to the next value. */
  get position(): number {
    return this.#start + this.#at;
  }

  /** Bytes from the next value to the end of the file. */
  get remaining(): number {
    return this.#file.size - this.position;
  }

  /** The `weights.format` error for what is wrong at the present place. */
  error(problem: string): GeodesicError {
    const where = `${this.#file.name}, near byte ${this.position}`;
    return new GeodesicError(
      'weights.format',
      `${where}: ${problem}: the file is truncated or damaged, fetch it again`,
    );
  }

  /** A count of things that take at least `bytesEach` bytes: refused before anything is allocated for it. */
  async count(bytesEach: number, what: string): Promise<number> {
    const claimed = await this.u64();
    const count = Number(claimed);
    if (count * bytesEach <= this.remaining) return count;
    throw this.error(`claims ${claimed} ${what}, but only ${this.remaining} bytes follow`);
  }

  /** The next value, an unsigned number of 32 bits. */
  async u32(): Promise<number> {
    if (!this.#has(4)) await this.#fill(4);
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  /** The next value, an unsigned number of 64 bits. */
  async u64(): Promise<bigint> {
    if (!this.#has(8)) await this.#fill(8);
    this.#at += 8;
    return this.#view.getBigUint64(this.#at - 8, true);
  }

  /** The next value, a text after its length in bytes. */
  async string(): Promise<string> {
    const length = await this.count(1, 'bytes of text');
    if (length > maxStringBytes) throw this.error(`has a text of ${length} bytes`);
    if (!this.#has(length)) await this.#fill(length);
    this.#at += length;
    return this.#text.decode(this.#bytes.subarray(this.#at - length, this.#at));
  }

  /** The next `count` texts. Waits for the file alone: of a vocabulary, a promise a token takes longer than reading it. */
  async strings(count: number): Promise<string[]> {
    const texts: string[] = [];
    while (texts.length < count) texts.push(this.#bufferedString() ?? (await this.string()));
    return texts;
  }

  /** The next value as `string` reads it, or undefined where it is not all here. */
  #bufferedString(): string | undefined {
    if (!this.#has(8)) return undefined;
    const length = Number(this.#view.getBigUint64(this.#at, true));
    if (!this.#has(8 + length)) return undefined;
    this.#at += 8 + length;
    return this.#text.decode(this.#bytes.subarray(this.#at - length, this.#at));
  }

  /** The next `length` bytes in a buffer of their own, so that any typed array can view it. */
  async bytes(length: number): Promise<ArrayBuffer> {
    if (!this.#has(length)) await this.#fill(length);
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at).buffer;
  }

  #has(length: number): boolean {
    return this.#at + length <= this.#bytes.length;
  }

  async #fill(length: number): Promise<void> {
    if (length > this.remaining)
      throw this.error(`needs ${length} more bytes, but only ${this.remaining} follow`);
    this.#start = this.position;
    this.#at = 0;
    const bytes = await this.#file.read(this.#start, Math.min(Math.max(length, chunkBytes), this.remaining));
    this.#bytes = Uint8Array.from(bytes);
    this.#view = new DataView(this.#bytes.buffer);
  }
}
