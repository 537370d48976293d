import { expect, it } from 'vitest';
import { describeBackends } from './describe-backends.js';

/** WGSL allows an arc cosine to be as coarse as this, and an error function through exp; the other backends are exact to 1e-6. */
const TOLERANCE = { webgpu: 1e-4 } as Readonly<Record<string, number>>;

await describeBackends('a device', (backend) => {
  it('computes what is expected', async () => {
    const { tf, name } = backend.device;
    backend.device.activate();
    const results = tf.tidy(() => {
      const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
      return {
        matMul: tf.matMul(a, tf.tensor2d([1, 1, 0, 1], [2, 2])),
        softmax: tf.softmax(tf.tensor1d([0, Math.log(3)])),
        gather: tf.gather(a, tf.tensor1d([1, 1, 0], 'int32')),
        acos: tf.acos(tf.tensor1d([1, 0.5, 0, -1])),
        concat: tf.concat([a, tf.tensor2d([5, 6], [1, 2])]),
        erf: tf.erf(tf.tensor1d([0, 0.5, -1])),
      };
    });
    const expected: Readonly<Record<keyof typeof results, readonly number[]>> = {
      matMul: [1, 3, 3, 7],
      softmax: [0.25, 0.75],
      gather: [3, 4, 3, 4, 1, 2],
      acos: [0, Math.PI / 3, Math.PI / 2, Math.PI],
      concat: [1, 2, 3, 4, 5, 6],
      erf: [0, 0.5204998778, -0.8427007929],
    };
    for (const [op, values] of Object.entries(expected)) {
      const actual = [...(await results[op as keyof typeof results].data())];
      expect(actual, op).toHaveLength(values.length);
      const error = Math.max(...actual.map((value, i) => Math.abs(value - (values[i] as number))));
      expect(error, op).toBeLessThanOrEqual(TOLERANCE[name] ?? 1e-6);
    }
    tf.dispose(results);
  });
});
