/** One stored tensor. */
export interface TensorInfo {
  readonly name: string;
  /** As the file names it: `F32`, `BF16`, `Q4_K`, … Also dtypes that can be listed but not read. */
  readonly dtype: string;
  /** Row-major (numpy) order, in both formats: a projection is [out, in]. */
  readonly shape: readonly number[];
}

/** How to lay out what `readFloat32` gives. */
export interface ReadOptions {
  /** Gives a stored [out, in] matrix as [in, out], the layout that matrix products are fastest with. */
  readonly transposed?: boolean;
  /** Gives only this one of the matrices that are stored stacked, [count, out, in]: an expert's. */
  readonly matrix?: number;
}

/** A matrix in quantised blocks as a file holds them: rows one after the other, blocks along each row. */
export interface StoredBlocks {
  /** As GGUF names it: `Q4_1`, `Q6_K`, … */
  readonly dtype: string;
  readonly shape: readonly [rows: number, columns: number];
  readonly bytes: Uint8Array;
}

/** Named tensors in one or several files, read by ranges: opening reads headers only. */
export interface Checkpoint {
  readonly format: 'safetensors' | 'gguf';
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** What the header says besides tensors: `__metadata__` of safetensors, the key-value pairs of GGUF. */
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  /** Tensor names in the order of the file. */
  names(): string[];
  /**
   * The values of a tensor as float32, dequantised where needed. Peak memory is the result plus a few megabytes.
   *
   * @throws GeodesicError `weights.missing-tensor`, `weights.unsupported-dtype`, `weights.shape` (transposing what is not a
   *   matrix), `weights.truncated`
   */
  readFloat32(name: string, options?: ReadOptions): Promise<Float32Array<ArrayBuffer>>;
  /**
   * The blocks of a quantised matrix as they are stored, or undefined where the tensor holds plain numbers or is no matrix.
   *
   * @throws GeodesicError as `readFloat32`
   */
  readBlocks(name: string, options?: Pick<ReadOptions, 'matrix'>): Promise<StoredBlocks | undefined>;
  /** Closes the files. Reads after that fail. */
  close(): Promise<void>;
}

/** A value in a checkpoint's metadata. 64-bit integers are numbers where a number holds them exactly. */
export type MetadataValue = string | number | bigint | boolean | MetadataArray;

/** GGUF arrays of fixed-size numbers stay typed arrays; the others are plain arrays. */
export type MetadataArray =
  | readonly MetadataValue[]
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;
