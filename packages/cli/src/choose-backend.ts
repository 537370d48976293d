import type { Device } from '@geodesic/backend';
import { GeodesicError } from '@geodesic/compiler';
import { unavailableReason } from './unavailable-reason.js';

/** A backend that may be taken. */
export interface Candidate {
  readonly name: string;
  /** Opens and probes it; rejects where it should not be taken. */
  open(): Promise<Device>;
}

/**
 * Opens the first candidate that works. Says in one line which one that is and why those before it were passed over, with a
 * warning line of its own for one that computes wrong numbers.
 *
 * @param say gets each line, without a line break
 * @throws GeodesicError `backend.unavailable` when none works, with all reasons
 */
export async function chooseBackend(
  candidates: readonly Candidate[],
  say: (line: string) => void,
): Promise<Device> {
  const reasons: string[] = [];
  for (const { name, open } of candidates) {
    try {
      const device = await open();
      const passedOver = reasons.map((reason) => `; passed over ${reason}`).join('');
      say(`backend: ${device.name} (${device.description})${passedOver}`);
      return device;
    } catch (error) {
      const isWrong = error instanceof GeodesicError && error.code === 'backend.wrong-numbers';
      if (isWrong) say(`warning: ${error.message}`);
      reasons.push(`${name}: ${isWrong ? 'it computes wrong numbers' : unavailableReason(error)}`);
    }
  }
  throw new GeodesicError(
    'backend.unavailable',
    `no backend works here (${reasons.join('; ')}): geodesic doctor says what to install`,
  );
}
