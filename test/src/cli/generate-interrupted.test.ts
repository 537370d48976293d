import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { startGeodesic } from './run-geodesic.js';
import { tinyModelFolder } from './tiny-model-folder.js';

/** Far below what all tokens take, on a machine that does other things too. */
const PROMPT_MS = 2000;

/** Long enough to be interrupted: the tiny model holds 512 tokens. */
function startLong(model: string) {
  const args = ['--model', model, '--prompt', 'the', '--max-new-tokens', '500', '--backend', 'cpu'];
  return startGeodesic(['generate', ...args]);
}

describe('generate', () => {
  it('streams: the first piece comes long before the last', async () => {
    const { child, finished } = startLong(await tinyModelFolder());
    let pieces = 0;
    child.stdout.on('data', () => {
      pieces += 1;
    });
    expect((await finished).exitCode).toBe(0);
    expect(pieces).toBeGreaterThan(10);
  });

  it('ends quietly when its reader does, as head does', async () => {
    const { child, finished } = startLong(await tinyModelFolder());
    await once(child.stdout, 'data');
    const closed = performance.now();
    child.stdout.destroy();
    expect(await finished).toMatchObject({ exitCode: 0, stderr: '' });
    expect(performance.now() - closed).toBeLessThan(PROMPT_MS);
  });

  it('ends at once at Ctrl-C, with 130 and without a word', async () => {
    const { child, finished } = startLong(await tinyModelFolder());
    await once(child.stdout, 'data');
    const interrupted = performance.now();
    child.kill('SIGINT');
    expect(await finished).toMatchObject({ exitCode: 130, stderr: '' });
    expect(performance.now() - interrupted).toBeLessThan(PROMPT_MS);
  });
});

it('inspect ends quietly when nobody reads the graph', async () => {
  const { child, finished } = startGeodesic(['inspect', '--model', await tinyModelFolder()]);
  child.stdout.destroy();
  expect(await finished).toMatchObject({ exitCode: 0, stderr: '' });
});
