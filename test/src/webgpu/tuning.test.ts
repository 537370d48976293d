import { measureVariants, TUNED_KERNELS } from '@geodesic/backend-webgpu';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { poolOfDevice } from './gpu-of.js';

await describeBackends(
  'measuring kernels',
  (backend) => {
    it('times each kernel in both variants, and leaves nothing on the device', async () => {
      const { inUse } = poolOfDevice(backend.device);
      const timings = await measureVariants(backend.device);
      expect(Object.keys(timings)).toEqual([...TUNED_KERNELS]);
      for (const { serialMs, parallelMs, variant } of Object.values(timings)) {
        expect(serialMs).toBeGreaterThan(0);
        expect(parallelMs).toBeGreaterThan(0);
        expect(variant).toBe(parallelMs < serialMs ? 'parallel' : 'serial');
      }
      expect(poolOfDevice(backend.device).inUse).toEqual(inUse);
    });

    it('takes the clock of the host where the device has none', async () => {
      const features = new Set<string>();
      const { tf } = backend.device;
      const { device } = tf.findBackend('webgpu') as unknown as { device: GPUDevice };
      // Defined on the prototype; the device under test loses nothing for good.
      Object.defineProperty(device, 'features', { value: features, configurable: true });
      try {
        const { norm } = await measureVariants(backend.device);
        expect(norm.serialMs).toBeGreaterThan(0);
      } finally {
        Reflect.deleteProperty(device, 'features');
      }
    });
  },
  { only: ['webgpu'] },
);
