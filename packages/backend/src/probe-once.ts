import type { Device } from './device.js';
import { probeDevice } from './probe.js';

const probes = new WeakMap<Device, Promise<void>>();

/**
 * Probes a device unless that was done before, and gives it back. A failed probe is not remembered: what failed, such as an
 * exhausted memory, may be over.
 *
 * @throws GeodesicError as `probeDevice`
 */
export async function probeOnce(device: Device): Promise<Device> {
  let probe = probes.get(device);
  if (probe === undefined) {
    probe = probeDevice(device);
    probes.set(device, probe);
    probe.catch(() => probes.delete(device));
  }
  await probe;
  return device;
}
