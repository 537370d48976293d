/** How many compute dispatches are recorded while something runs. */
export async function countDispatches(run: () => Promise<unknown>): Promise<number> {
  const { prototype } = GPUComputePassEncoder;
  const { dispatchWorkgroups } = prototype;
  let count = 0;
  prototype.dispatchWorkgroups = function (...workgroups) {
    count++;
    return dispatchWorkgroups.apply(this, workgroups);
  };
  try {
    await run();
  } finally {
    prototype.dispatchWorkgroups = dispatchWorkgroups;
  }
  return count;
}
