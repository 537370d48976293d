/** What the page below collects, on globalThis. */
export interface GpuWatch {
  /** Resolves with every error that WebGPU reported outside error scopes, when the devices have caught up. */
  errors(): Promise<string[]>;
}

/**
 * Runs in the page before any of its scripts: follows each WebGPU device that the page opens. The browser itself says
 * nothing about an invalid kernel but a line on the console, and its results are garbage.
 */
export const WATCH_GPU = `(() => {
  const devices = [];
  const messages = [];
  globalThis.geodesicGpuWatch = {
    async errors() {
      for (const device of devices) {
        device.pushErrorScope('validation');
        await device.popErrorScope().catch(() => {});
      }
      return messages;
    },
  };
  if (!globalThis.GPUAdapter) return;
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...options) {
    const device = await requestDevice.apply(this, options);
    devices.push(device);
    device.addEventListener('uncapturederror', (event) => messages.push('WebGPU: ' + event.error.message));
    device.lost.then((info) => {
      if (info.reason !== 'destroyed') messages.push('WebGPU device lost: ' + info.message);
    });
    return device;
  };
})();`;
