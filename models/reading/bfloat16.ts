const view = new DataView(new ArrayBuffer(4));

/** The nearest bfloat16 of a finite number, ties to even: a float32 of 8 significant bits. */
export function toBfloat16(value: number): number {
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const lastKept = (bits >>> 16) & 1;
  view.setUint32(0, (bits + 0x7fff + lastKept) & 0xffff0000);
  return view.getFloat32(0);
}
