/** One tensor as a safetensors header describes it. */
export interface TensorEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Changes the header of a safetensors file, and leaves the data as it is. */
export function editHeader(file: Buffer, edit: (tensors: Record<string, TensorEntry>) => object): Buffer {
  const end = 8 + Number(file.readBigUInt64LE());
  const tensors = JSON.parse(file.toString('utf8', 8, end)) as Record<string, TensorEntry>;
  return safetensors(JSON.stringify(edit(tensors)), file.subarray(end));
}

/** @param claimedLength of the header; default: what it has */
export function safetensors(header: string, data: Uint8Array, claimedLength?: bigint): Buffer {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claimedLength ?? BigInt(text.length));
  return Buffer.concat([length, text, data]);
}
