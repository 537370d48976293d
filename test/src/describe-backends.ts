import type { Backend, Device } from '@geodesic/backend';
import { cpuBackend } from '@geodesic/backend-cpu';
import { nodeBackend } from '@geodesic/backend-node';
import { wasmBackend } from '@geodesic/backend-wasm';
import { webgpuBackend } from '@geodesic/backend-webgpu';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

export type BackendName = 'cpu' | 'wasm' | 'webgpu' | 'node';

const backends: Readonly<Record<BackendName, Backend>> = {
  cpu: cpuBackend,
  wasm: wasmBackend,
  webgpu: webgpuBackend,
  node: nodeBackend,
};

/** What a suite is given: the backend it runs on this time. */
export interface BackendUnderTest {
  readonly name: BackendName;
  /** For use inside tests and hooks only: a skipped suite is collected without a device. */
  readonly device: Device;
}

export interface DescribeBackendsOptions {
  /** The backends that the suite is about; default: all. */
  readonly only?: readonly BackendName[];
  /** Backends that the suite leaves out, and why. They show as skipped, with the reason. */
  readonly exclude?: Partial<Readonly<Record<BackendName, string>>>;
  /** Whether a backend that can't start is a failure; default: in CI. */
  readonly required?: boolean;
  /** For tests of this function. */
  readonly open?: (name: BackendName) => Promise<Device>;
}

/**
 * One suite over cpu, wasm, webgpu and node, each opened before its tests are collected. After each test, tfjs must hold
 * as many tensors as before it, and the device must have reported no error.
 *
 * A backend that can't start here is skipped with the reason in the title; in CI it fails. Await it at the top of a file.
 */
export async function describeBackends(
  title: string,
  body: (backend: BackendUnderTest) => void,
  {
    only = Object.keys(backends) as BackendName[],
    exclude = {},
    required = isCI(process.env),
    open = (name) => backends[name].open(),
  }: DescribeBackendsOptions = {},
): Promise<void> {
  for (const name of only) {
    const reason = exclude[name];
    if (reason !== undefined) {
      describe.skip(`${title} on ${name} (excluded: ${reason})`, () => body(unavailable(name, reason)));
      continue;
    }
    const opened = await open(name).catch((error: unknown) => messageOf(error));
    if (typeof opened !== 'string') {
      describe(`${title} on ${name}`, () => suite({ name, device: opened }, body));
    } else if (required) {
      describe(`${title} on ${name}`, () => {
        it('starts', () => expect.fail(opened));
      });
    } else {
      describe.skip(`${title} on ${name} (skipped: ${opened})`, () => body(unavailable(name, opened)));
    }
  }
}

function suite(backend: BackendUnderTest, body: (backend: BackendUnderTest) => void): void {
  const { device } = backend;
  let before = 0;
  beforeEach(() => {
    before = tensorCount(device);
  });
  afterEach(async () => {
    expect(tensorCount(device), 'tensors that the test left behind').toBe(before);
    await device.checkErrors();
  });
  body(backend);
}

/** How many tensors tfjs holds, on all backends: they share one engine. */
export function tensorCount({ tf }: Device): number {
  return tf.memory().numTensors;
}

/** CI systems set CI to `true` or `1`. */
export function isCI(env: NodeJS.ProcessEnv): boolean {
  return env.CI !== undefined && !['', '0', 'false'].includes(env.CI);
}

function unavailable(name: BackendName, reason: string): BackendUnderTest {
  return {
    name,
    get device(): Device {
      throw new Error(`the ${name} backend is not open: ${reason}`);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
