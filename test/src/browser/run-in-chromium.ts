import type { Page } from 'playwright-core';
import { bundle } from './bundle.js';
import { launchChromium } from './launch-chromium.js';
import { serve } from './serve.js';
import { type GpuWatch, WATCH_GPU } from './watch-gpu.js';

/** What the page has on its globalThis. */
interface PageGlobals {
  geodesicMain(input: unknown): unknown;
  geodesicGpuWatch: GpuWatch;
}

/**
 * Bundles a module that exports `main(input)`, runs it in a fresh headless Chromium and gives what it returns.
 *
 * @param entryFile absolute path of the module, in TypeScript or JavaScript
 * @param input passed to `main`; both it and the result must be JSON
 * @throws Error when `main` throws, or when the page has uncaught errors, errors on its console or invalid WebGPU calls
 */
export async function runInChromium<T>(entryFile: string, input: unknown): Promise<T> {
  const site = await serve(await bundle(entryFile));
  try {
    const browser = await launchChromium({ webgpu: true });
    try {
      return await run<T>(await browser.newPage(), site.url, input);
    } finally {
      await browser.close();
    }
  } finally {
    await site.close();
  }
}

async function run<T>(page: Page, url: string, input: unknown): Promise<T> {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`uncaught: ${error.message}`));
  page.on('crash', () => errors.push('the page crashed'));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`console: ${message.text()}`);
  });
  await page.addInitScript(WATCH_GPU);
  await page.goto(url);
  const outcome = await page.evaluate(runMain, input).catch((error: unknown) => {
    errors.unshift(error instanceof Error ? error.message : String(error));
  });
  if (outcome !== undefined) errors.push(...outcome.gpuErrors);
  if (outcome === undefined || errors.length > 0) {
    throw new Error(`Chromium: ${errors.join('\n') || 'nothing came back'}`);
  }
  return outcome.result as T;
}

/** Runs in the page: it must not use anything from outside itself. */
async function runMain(input: unknown): Promise<{ result: unknown; gpuErrors: string[] }> {
  const page = globalThis as unknown as PageGlobals;
  if (page.geodesicMain === undefined) throw new Error('the bundle did not load');
  const result = (await page.geodesicMain(input)) ?? null;
  return { result, gpuErrors: await page.geodesicGpuWatch.errors() };
}
