import type { Device } from './device.js';

/**
 * A backend's `open` that starts it once and gives the same device to all who ask. A failed try is not remembered: the caller
 * may install what was missing and try again. Nor is a device that was lost.
 *
 * @param start opens a device, which calls `forget` when it is lost
 */
export function openOnce(start: (forget: () => void) => Promise<Device>): () => Promise<Device> {
  let opened: Promise<Device> | undefined;
  return () => {
    if (opened !== undefined) return opened;
    const opening = start(forget).catch((error: unknown) => {
      forget();
      throw error;
    });
    opened = opening;
    return opening;

    function forget(): void {
      // Another may have been opened in its place.
      if (opened === opening) opened = undefined;
    }
  };
}
