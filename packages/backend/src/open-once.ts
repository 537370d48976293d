import type { Device } from './device.js';

/**
 * A backend's `open` that starts it once and gives the same device to all who ask. A failed try is not remembered: the caller
 * may install what was missing and try again.
 */
export function openOnce(start: () => Promise<Device>): () => Promise<Device> {
  let opened: Promise<Device> | undefined;
  return () => {
    opened ??= start().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
