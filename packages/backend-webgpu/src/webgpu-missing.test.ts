import { expect, it, vi } from 'vitest';
import { webgpuBackend } from './index.js';

vi.mock('webgpu', () => {
  throw new Error("Cannot find package 'webgpu'");
});

it('says what to install where WebGPU is missing', async () => {
  await expect(webgpuBackend.open()).rejects.toMatchObject({
    code: 'backend.unavailable',
    message: expect.stringMatching(
      /^The webgpu backend can't start: the npm package webgpu can't be loaded .*; install .*mesa-vulkan-drivers 25 or newer, on Debian 12 from backports\)$/,
    ),
  });
});
