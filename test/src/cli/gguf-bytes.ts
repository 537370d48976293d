const STRING = 8;
const ARRAY = 9;
const FLOAT32 = 6;

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: bigint | number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** @param claimedLength default: that of the text */
export function string(text: string, claimedLength?: bigint): Buffer {
  return Buffer.concat([u64(claimedLength ?? Buffer.byteLength(text)), Buffer.from(text)]);
}

/** The start of a GGUF file, version 3. */
export function gguf(
  tensors: bigint | number,
  metadata: bigint | number,
  ...rest: readonly Buffer[]
): Buffer {
  return Buffer.concat([Buffer.from('GGUF'), u32(3), u64(tensors), u64(metadata), ...rest]);
}

/** A metadata value that is a text. */
export function stringValue(key: string, value: Buffer): Buffer {
  return Buffer.concat([string(key), u32(STRING), value]);
}

/** A metadata value that claims to be an array of float32. */
export function arrayClaim(key: string, claimedLength: bigint): Buffer {
  return Buffer.concat([string(key), u32(ARRAY), u32(FLOAT32), u64(claimedLength)]);
}
