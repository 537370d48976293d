import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startGeodesic } from './run-geodesic.js';
import { tinyModelFolder } from './tiny-model-folder.js';

/** Starts an answer of at most so many tokens, by a model that ends none. */
async function startAnswer(newTokens: number) {
  const model = await tinyModelFolder({
    config: (config) => ({ ...config, max_position_embeddings: 2 * newTokens, eos_token_id: [] }),
  });
  const args = ['--model', model, '--prompt', 'the', '--max-new-tokens', `${newTokens}`, '--backend', 'cpu'];
  const started = startGeodesic(['generate', ...args]);
  onTestFinished(() => {
    started.child.kill('SIGKILL');
  });
  return started;
}

/** Hours of computing: a run that ends has not done it. */
const NEVER_DONE = 1e6;

describe('generate', () => {
  it('streams: the first piece comes long before the last', async () => {
    const { child, finished } = await startAnswer(500);
    let pieces = 0;
    child.stdout.on('data', () => {
      pieces += 1;
    });
    expect((await finished).exitCode).toBe(0);
    expect(pieces).toBeGreaterThan(10);
  });

  it('ends quietly when its reader does, as head does', async () => {
    const { child, finished } = await startAnswer(NEVER_DONE);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await finished).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('ends at once at Ctrl-C, with 130 and without a word', async () => {
    const { child, finished } = await startAnswer(NEVER_DONE);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await finished).toMatchObject({ exitCode: 130, stderr: '' });
  });
});

it('inspect ends quietly when nobody reads the graph', async () => {
  const { child, finished } = startGeodesic(['inspect', '--model', await tinyModelFolder()]);
  child.stdout.destroy();
  expect(await finished).toMatchObject({ exitCode: 0, stderr: '' });
});
