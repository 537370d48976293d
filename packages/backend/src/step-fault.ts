import { GeodesicError } from '@geodesic/compiler';
import type { Device } from './device.js';

/**
 * What to throw for a step that failed. The device's own report goes before what merely follows from it, such as a read that a lost
 * device rejects. Errors of the project say what they have to by themselves; what the device reported in such a step is heard
 * all the same, so that the next step is not blamed for it.
 *
 * @param since `reportedErrors` of the device when the step began
 */
export async function stepFault(error: unknown, device: Device, since: number | undefined): Promise<unknown> {
  try {
    await device.checkErrors(since);
  } catch (report) {
    if (!(error instanceof GeodesicError)) return report;
  }
  return error;
}
