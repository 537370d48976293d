import { type Device, probeOnce } from '@geodesic/backend';
import { wasmBackend } from '@geodesic/backend-wasm';
import { GeodesicError } from '@geodesic/compiler';
import type { BackendChoice } from '../protocol.js';

/** A device, and why a faster one was passed over, if one was. */
export interface OpenedDevice {
  readonly device: Device;
  readonly passedOver?: string;
}

/**
 * Opens the device that was chosen. `auto` takes WebGPU where it computes on a GPU and gives right numbers, else WebAssembly, which
 * outruns WebGPU's rasterisers.
 *
 * @throws GeodesicError `backend.unavailable`, `backend.wrong-numbers`, `backend.device-error`
 */
export async function openDevice(choice: BackendChoice): Promise<OpenedDevice> {
  if (choice === 'webgpu') return { device: await openWebgpu() };
  if (choice === 'wasm') return { device: await openWasm() };
  try {
    await refuseSoftware();
    return { device: await openWebgpu() };
  } catch (error) {
    return { device: await openWasm(), passedOver: reasonOf(error) };
  }
}

async function openWebgpu(): Promise<Device> {
  const { webgpuBackend } = await import('@geodesic/backend-webgpu');
  return probeOnce(await webgpuBackend.open());
}

async function openWasm(): Promise<Device> {
  return probeOnce(await wasmBackend.open());
}

async function refuseSoftware(): Promise<void> {
  const { findAdapter } = await import('@geodesic/backend-webgpu');
  const found = await findAdapter();
  if (found === undefined) throw new Error('no adapter');
  if (found.software) throw new Error(`${found.description} computes on the CPU`);
}

function reasonOf(error: unknown): string {
  const isWrapped = error instanceof GeodesicError && error.cause instanceof Error;
  const told = isWrapped ? error.cause : error;
  return told instanceof Error ? told.message : String(told);
}
