import { blobFile, type RandomAccessFile } from '../random-access-file.js';

/** A file in memory. */
export function bytesFile(name: string, bytes: Uint8Array): RandomAccessFile {
  return blobFile(new Blob([Uint8Array.from(bytes)]), name);
}

/** A text file in memory. */
export function textFile(name: string, text: string): RandomAccessFile {
  return bytesFile(name, new TextEncoder().encode(text));
}

/** The bytes of a safetensors file with any header text. */
export function safetensorsBytes(header: string, data: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

/** A safetensors file of F32 tensors in memory. */
export function safetensorsFile(
  name: string,
  tensors: Readonly<Record<string, { shape: readonly number[]; values: Float32Array }>>,
): RandomAccessFile {
  const header: Record<string, object> = {};
  const chunks: Uint8Array[] = [];
  let end = 0;
  for (const [key, { shape, values }] of Object.entries(tensors)) {
    header[key] = { dtype: 'F32', shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
    chunks.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return bytesFile(name, safetensorsBytes(JSON.stringify(header), Buffer.concat(chunks)));
}
