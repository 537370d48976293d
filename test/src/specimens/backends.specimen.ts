import type { Device } from '@geodesic/backend';
import { cpuBackend } from '@geodesic/backend-cpu';
import { expect, it } from 'vitest';
import { type BackendName, describeBackends } from '../describe-backends.js';

/** cpu stands in for each backend here, so that what describeBackends makes of a device doesn't hang on which there are. */
async function open(name: BackendName): Promise<Device> {
  if (name === 'webgpu') throw new Error('no adapter here');
  const device = await cpuBackend.open();
  const failing = async () => {
    throw new Error('the device said no');
  };
  return name === 'wasm' ? { ...device, checkErrors: failing } : device;
}

await describeBackends(
  'specimen',
  (backend) => {
    it('passes', () => expect(backend.device.name).toBe('cpu'));
    if (backend.name === 'cpu') it('leaks', () => void backend.device.tf.scalar(1));
  },
  { exclude: { node: 'it is the example' }, open },
);
