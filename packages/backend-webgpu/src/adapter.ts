import { webgpuEntry } from './webgpu-entry.js';

/** What WebGPU offers here, before a device is opened. */
export interface WebgpuAdapter {
  /** One line for people: driver and GPU. */
  readonly description: string;
  /** Whether it is a rasteriser on the CPU (lavapipe, SwiftShader, WARP), which the wasm backend outruns. */
  readonly software: boolean;
  readonly adapter: GPUAdapter;
  readonly info: GPUAdapterInfo;
}

// Newer than the type definitions that tfjs pins.
type AdapterInfo = GPUAdapterInfo & { readonly isFallbackAdapter?: boolean };
type Adapter = GPUAdapter & { readonly info: AdapterInfo };

const SOFTWARE = /llvmpipe|lavapipe|swiftshader|softpipe|basic render/i;

/**
 * The adapter that `webgpuBackend` would open, or undefined where there is none. Lets a program choose a backend
 * without paying for a device: `open()` itself takes a software rasteriser as readily as a GPU.
 *
 * @throws Error when there is no WebGPU at all
 */
export async function findAdapter(): Promise<WebgpuAdapter | undefined> {
  const gpu = await webgpuEntry();
  const adapter = (await gpu.requestAdapter({ powerPreference: 'high-performance' })) as Adapter | null;
  if (adapter === null) return undefined;
  const { info } = adapter;
  const software =
    info.isFallbackAdapter === true ||
    SOFTWARE.test(`${info.architecture} ${info.device} ${info.description}`);
  return { description: describe(info, software), software, adapter, info };
}

function describe(info: AdapterInfo, software: boolean): string {
  const name = info.description || [info.vendor, info.architecture, info.device].filter(Boolean).join(' ');
  return `${name.trim() || 'unnamed adapter'}${software ? ' (software)' : ''}`;
}
