import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SlerpMergeOptions } from '@geodesic/compiler';
import { loadModel } from 'geodesic';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../browser/launch-chromium.js';
import { runForJson } from '../cli/run-geodesic.js';
import { writeTinyModel } from '../cli/tiny-model-folder.js';
import { seriousFindings } from '../playground/accessibility.js';
import { GOLDENS } from '../read-golden.js';
import { type ServedViewer, serveViewer } from './serve-viewer.js';
import { ViewerPage } from './viewer-page.js';

const MERGE = ['--merge-after', '1', '--keep-start', '2', '--keep-end', '3'];
const TEXT = 'abcdefghijklmnop';

let folder: string;
let site: ServedViewer;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geodesic-viewer-'));
  await writeTinyModel(folder);
  site = await serveViewer(['--model', folder, '--length', '64', ...MERGE]);
  browser = await launchChromium({ webgpu: false });
});
afterAll(async () => {
  await browser.close();
  await site.close();
  await rm(folder, { recursive: true });
});

/** Opens the page, works with it, and expects that the browser had nothing to complain about. */
async function withPage(work: (viewer: ViewerPage) => Promise<void>, url = site.url, width?: number) {
  const viewer = await ViewerPage.open(browser, url, width);
  await work(viewer);
  await viewer.page.close();
  expect(viewer.complaints).toEqual([]);
}

it('lights the layer behind which tokens merge, with shapes before and after, and moves it', () =>
  withPage(async (viewer) => {
    expect(await viewer.section('Layer 1').getAttribute('class')).toContain('lit');
    expect(await viewer.section('Layer 1').innerText()).toContain('tokens merge behind it');
    // Of 64 tokens 59 may merge: 29 pairs and one that is left over.
    const merge = await viewer.section('merge').innerText();
    expect(merge).toContain('64 tokens become 35');
    expect(merge).toMatch(/f32\[B, N:tokens, \d+\]\s*\[1, 64, \d+\]\s*→ f32\[B, N1:tokens\/2@1, \d+\]/);
    expect(merge).toMatch(/→ \[1, 35, \d+\]/);
    expect(await viewer.section('Layer 2').innerText()).toContain('N1:tokens/2@1');

    await viewer.page.locator('#after-layer').fill('2');
    await viewer.page.locator('.section.lit', { hasText: 'Layer 2' }).waitFor();
    expect(await viewer.page.locator('.lit').count()).toBe(1);
    await viewer.page.locator('#length').fill('20');
    await viewer.page.locator('.section.merge', { hasText: '20 tokens become 13' }).waitFor();
  }));

/** `769 kFLOP` as a number. */
function flopsIn(text: string): number {
  const [, digits, prefix = ''] = /([\d.]+) (k|M|G)?FLOP/.exec(text) ?? [];
  return Math.round(Number(digits) * ({ k: 1e3, M: 1e6, G: 1e9 }[prefix] ?? 1));
}

it('shows what inspect --cost counts', async () => {
  const args = ['--model', folder, '--cost', '--length', '64', '--format', 'json'];
  type Costs = Readonly<
    Record<'flops' | 'kvCacheBytes', number> & { byLayer: { name: string; flops: number }[] }
  >;
  const { before, after } = await runForJson<Record<'before' | 'after', { cost: Costs }>>([
    ...['inspect', ...args, '--merge-protect', 'digits,capitalised,special'],
    ...MERGE,
  ]);
  const ratio = (of: (cost: Costs) => number) => `× ${(of(after.cost) / of(before.cost)).toFixed(2)}`;
  const layer2 = ({ byLayer }: Costs) => byLayer.find(({ name }) => name === 'layers.2')?.flops ?? 0;
  await withPage(async (viewer) => {
    const totals = await viewer.page.locator('#totals').innerText();
    expect(totals).toMatch(new RegExp(`^FLOPs.*${ratio(({ flops }) => flops)}$`, 'm'));
    expect(totals).toMatch(
      new RegExp(`^Keys and values.*${ratio(({ kvCacheBytes }) => kvCacheBytes)}$`, 'm'),
    );
    const amounts = await viewer.section('Layer 2').locator('.amount').allInnerTexts();
    const flops = amounts.map((text) => flopsIn(text));
    expect(flops).toEqual(
      [layer2(before.cost), layer2(after.cost)].map((count) => Number(count.toPrecision(3))),
    );
  });
});

it('begins with what a session of the model leaves alone', async () => {
  const args = ['--model', 'smollm2-135m-instruct'];
  const beginningOf = async (more: readonly string[] = []) => {
    const served = await serveViewer([...args, ...more], { GEODESIC_MODEL_SOURCE: 'wheel' });
    const shown = await fetch(new URL('api/model', served.url));
    const { merge } = (await shown.json()) as { merge: SlerpMergeOptions };
    await served.close();
    return [merge.afterLayer, merge.protect];
  };
  expect(await beginningOf()).toEqual([15, ['special', 'surprising']]);
  expect(await beginningOf(['--merge-after', '8', '--merge-protect', 'digits'])).toEqual([8, ['digits']]);
  // Too few tokens stay at the end to judge what surprises.
  const short = ['--merge-after', '8', '--merge-stream', 'exact', '--keep-end', '8'];
  expect(await beginningOf(short)).toEqual([8, ['digits', 'capitalised', 'special']]);
});

it('draws which tokens of a text merge: without the model where tokens decide, else as a session merges', () =>
  withPage(async (viewer) => {
    await viewer.type(TEXT);
    expect(await viewer.page.locator('#text-note').innerText()).toContain('the model did not run');
    expect(await viewer.frames()).toEqual(['cd', 'ef', 'gh', 'ij', 'kl']);
    await viewer.type('abc1efghijklmnop');
    expect(await viewer.frames()).toEqual(['ef', 'gh', 'ij', 'kl']);

    const model = await loadModel(folder);
    const session = model.session({ merge: { afterLayer: 1, keepStart: 2, keepEnd: 3, ratio: 0.4 } });
    const { merges } = await session.prefill([model.tokenizer?.encode(TEXT) ?? []]);
    const slots = merges[0]?.rows[0]?.filter(({ merged }) => merged) ?? [];
    session.dispose();
    model.dispose();
    expect(slots).toHaveLength(2);
    await viewer.page.locator('#ratio').fill('0.4');
    await viewer.type(TEXT);
    await viewer.untilNote(/the model ran/);
    expect(await viewer.frames()).toEqual(
      slots.map(({ extent: [first, last] }) => TEXT.slice(first, last + 1)),
    );
  }));

it('opens a part to its nodes by keys alone: op, type, shape and source', () =>
  withPage(async (viewer) => {
    const { page } = viewer;
    const layer = viewer.section('Layer 2');
    await layer.locator('.section-button').focus();
    await page.keyboard.press('Enter');
    await layer.locator('.node', { hasText: /^attention\.keys/ }).focus();
    await page.keyboard.press('Enter');
    const details = layer.locator('.details');
    await details.locator('dl').waitFor();
    const facts = (await details.innerText()).replace(/\s+/g, ' ');
    expect(facts).toMatch(/name layers\.2\.attention\.keys op rope type f32\[B, N1:tokens\/2@1, 2, 8\]/);
    expect(facts).toMatch(/shape \[1, 35, 2, 8\] source models\/llama\.ts:\d+:\d+/);
    await layer.locator('.section-button').focus();
    await page.keyboard.press('Enter');
    expect(await layer.locator('.nodes').isVisible()).toBe(false);
  }));

it('says what is wrong with options, and goes on', () =>
  withPage(async (viewer) => {
    await viewer.page.locator('#positions').selectOption('compact');
    await viewer.page.locator('#stream').selectOption('exact');
    const trouble = viewer.page.locator('#trouble');
    await trouble.filter({ hasText: "positions 'compact' can't go with stream" }).waitFor();
    await viewer.page.locator('#positions').selectOption('midpoint');
    await trouble.waitFor({ state: 'hidden' });
    await viewer.page.locator('#length').fill('');
    await trouble
      .filter({ hasText: "must be a whole number from 1 to the model's context, 512, not empty" })
      .waitFor();
    await viewer.page.locator('#length').fill('20');
    await trouble.waitFor({ state: 'hidden' });
  }));

it('shows the graph of a model without a tokenizer', async () => {
  const bare = await serveViewer(['--model', join(GOLDENS, 'tiny-mistral')]);
  await withPage(async ({ page }) => {
    expect(await page.locator('#text-note').innerText()).toContain('no tokenizer');
    expect(await page.locator('#text').isDisabled()).toBe(true);
  }, bare.url);
  await bare.close();
});

describe.each([1280, 360])('at %i px', (width) => {
  it.each(['light', 'dark'] as const)(
    'axe finds nothing serious, and nothing sticks out: %s',
    (colorScheme) =>
      withPage(
        async (viewer) => {
          const { page } = viewer;
          await page.emulateMedia({ colorScheme });
          await page.locator('#merge-details').evaluate((details: { open: boolean }) => {
            details.open = true;
          });
          await viewer.type(TEXT);
          for (const title of ['Layer 1', 'merge']) {
            await viewer.section(title).locator('.section-button').click();
            await viewer.section(title).locator('.node').last().click();
          }
          expect(await seriousFindings(page)).toEqual([]);
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        },
        site.url,
        width,
      ),
  );
});
