import { GeodesicError } from '@geodesic/compiler';

/** Reports that are kept; a program that goes on behind so many only needs to know that there were more. */
const KEPT = 100;

/** Collects what a WebGPU device reports out of band; a failed kernel otherwise only leaves wrong numbers. */
export class DeviceErrors {
  readonly #device: GPUDevice;
  readonly #description: string;
  #reports: (string | GeodesicError)[] = [];
  /** Reports so far, also those that are kept no more. */
  #count = 0;
  /** Where the last call of `check` without a count of its own left off. */
  #checked = 0;
  #lost: string | undefined;

  /** @param description one line for people: driver and GPU */
  constructor(device: GPUDevice, description: string) {
    this.#device = device;
    this.#description = description;
    device.addEventListener('uncapturederror', (event) => {
      this.report((event as GPUUncapturedErrorEvent).error.message);
    });
    void device.lost.then(({ message, reason }) => {
      this.#lost = message || reason || 'no reason given';
    });
  }

  get count(): number {
    return this.#count;
  }

  /** Takes note of an error: what the device said, or what it comes down to. */
  report(error: string | GeodesicError): void {
    this.#count++;
    this.#reports = [...this.#reports, error].slice(-KEPT);
  }

  /**
   * @param what what the memory was for
   * @param why the limit that was met
   */
  memoryError(what: string, bytes: number, why: string): GeodesicError {
    return new GeodesicError(
      'backend.memory',
      `The webgpu device (${this.#description}) has no room for '${what}' (${bytes} bytes; ${why}): take a smaller model or shorter prompts, dispose sessions, or choose another backend`,
    );
  }

  /** @throws GeodesicError `backend.lost` */
  checkLost(): void {
    if (this.#lost === undefined) return;
    throw new GeodesicError(
      'backend.lost',
      `The webgpu device (${this.#description}) was lost: ${oneLine(this.#lost)}; open the backend and load the model again`,
    );
  }

  /**
   * Waits until all errors of the submitted work have arrived.
   *
   * @param since how many were known before; default: where the last such call left off
   * @throws GeodesicError `backend.lost`, `backend.memory`, `backend.device-error`
   */
  async check(since = this.#checked): Promise<void> {
    // The device answers in order: with this scope's answer, all earlier errors have arrived.
    this.#device.pushErrorScope('validation');
    await this.#device.popErrorScope().catch(() => null);
    this.#checked = this.#count;
    this.checkLost();
    const added = this.#count - since;
    if (added === 0) return;
    const reports = this.#reports.slice(-added);
    // Invalid calls only follow from an allocation that failed.
    const cause =
      reports.find((report) => report instanceof GeodesicError) ?? this.#deviceError(reports, added);
    throw cause;
  }

  #deviceError(reports: readonly (string | GeodesicError)[], count: number): GeodesicError {
    const others = count === 1 ? '' : ` and ${count - 1} more`;
    return new GeodesicError(
      'backend.device-error',
      `The webgpu device (${this.#description}) reported: ${oneLine(String(reports[0]))}${others}; results since the last check are not valid, run them on another backend`,
    );
  }
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
