/** Collects what a WebGPU device reports out of band; a failed kernel otherwise only leaves wrong numbers. */
export class DeviceErrors {
  private messages: string[] = [];
  private lost: string | undefined;

  constructor(private readonly device: GPUDevice) {
    device.addEventListener('uncapturederror', (event) => {
      this.messages.push((event as GPUUncapturedErrorEvent).error.message);
    });
    void device.lost.then((info) => {
      if (info.reason !== 'destroyed') this.lost = `the device was lost (${info.message})`;
    });
  }

  /** The reports since the last call; a lost device is reported every time. */
  async take(): Promise<readonly string[]> {
    // The device answers in order: with this scope's answer, all earlier errors have arrived.
    this.device.pushErrorScope('validation');
    await this.device.popErrorScope().catch(() => null);
    const { lost, messages } = this;
    this.messages = [];
    return lost === undefined ? messages : [lost, ...messages];
  }
}
