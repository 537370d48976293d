import { describe, expect, it, vi } from 'vitest';
import { cpuBackend } from './index.js';

describe('cpuBackend', () => {
  it('opens once', async () => {
    const warn = vi.spyOn(console, 'warn');
    const device = await cpuBackend.open();
    expect(await cpuBackend.open()).toBe(device);
    device.activate();
    device.tf.scalar(1).dispose();
    expect(warn).not.toHaveBeenCalled();
    expect(device.name).toBe('cpu');
    expect(device.description).toBe('JavaScript, one thread');
    await device.checkErrors();
  });
});
