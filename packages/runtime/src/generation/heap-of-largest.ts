/** The `count` largest values, or all if there are fewer, as a binary heap with the least of them at its root. */
export function heapOfLargest<Values extends Float32Array | Float64Array>(
  values: Values,
  count: number,
): Values {
  // Sorted values are a heap.
  const heap = values.slice(0, count).sort() as Values;
  for (let i = count; i < values.length; i++) {
    const value = values[i] as number;
    if (value > (heap[0] as number)) replaceRoot(heap, value);
  }
  return heap;
}

/** Puts a value in the place of a heap's least, and moves it down to where it belongs. */
function replaceRoot(heap: Float32Array | Float64Array, value: number): void {
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
    if (child >= heap.length || (heap[child] as number) >= value) break;
    heap[hole] = heap[child] as number;
    hole = child;
  }
  heap[hole] = value;
}
