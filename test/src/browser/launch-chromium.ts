import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './find-chromium.js';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium's own rasteriser: there is no GPU on the machines that run tests. */
const WEBGPU_ARGUMENTS = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** Starts a headless Chromium, with WebGPU on a rasteriser or without any adapter. */
export function launchChromium({ webgpu }: { readonly webgpu: boolean }): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    headless: true,
    args: webgpu ? [...ARGUMENTS, ...WEBGPU_ARGUMENTS] : ARGUMENTS,
  });
}
