import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Output } from './entries/lost-device.js';
import { runInChromium } from './run-in-chromium.js';
import { tinyModelFiles } from './tiny-model-files.js';

it('a lost device in Chromium fails its steps by type, and all can be made anew', async () => {
  const entry = join(import.meta.dirname, 'entries/lost-device.ts');
  const { codes, isAnother, before, after, tensorsLeft } = await runInChromium<Output>(
    entry,
    await tinyModelFiles('tiny-mistral'),
  );
  const lost = 'backend.lost';
  expect(codes).toEqual({ running: lost, idle: lost, opened: lost, load: lost, probe: lost });
  expect(isAnother).toBe(true);
  expect(before.every(Number.isFinite)).toBe(true);
  expect(after).toEqual(before);
  expect(tensorsLeft).toBe(0);
});
