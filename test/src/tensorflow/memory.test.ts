import { expect, it } from 'vitest';
import { describeNode } from './describe-node.js';
import { runOneOpGraph } from './one-op-graph.js';

await describeNode('a graph that needs more memory than there is', (backend) => {
  it('is an error that names the shape, and the device goes on', async () => {
    const zeros = (shape: readonly number[]) => ({
      shape,
      data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
    });
    // 2 TB for each half of the rows: no allocator gives them, whatever the machine.
    const product = { operands: [zeros([1, 1_000_000, 1]), zeros([1, 1_000_000])], attributes: {} };
    await expect(runOneOpGraph(backend.device, 'linear', product)).rejects.toMatchObject({
      name: 'GeodesicError',
      code: 'backend.memory',
      message: expect.stringMatching(
        /^TensorFlow has no room for 'result' \(\[500000,1000000\] of float, 2000000000000 bytes\): /,
      ),
    });
    const small = { operands: [zeros([1, 2, 1]), zeros([1, 3])], attributes: {} };
    expect((await runOneOpGraph(backend.device, 'linear', small)).shape).toEqual([1, 2, 3]);
  });
});
