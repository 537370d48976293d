import { expect, it } from 'vitest';
import { runGeodesic } from './run-geodesic.js';
import { tinyModelFolder } from './tiny-model-folder.js';

it('--merge-budget says what it picked, and generates as with the options that it names', async () => {
  const args = ['generate', '--model', await tinyModelFolder(), '--backend', 'wasm', '--max-new-tokens', '4'];
  const prompt = ['--prompt', 'the cat and a dog in the rain '.repeat(6)];
  const budgeted = await runGeodesic([...args, ...prompt, '--json', '--merge-budget', 'kl<=10,kv<=0.9']);
  expect(budgeted.exitCode).toBe(0);
  const picked =
    /^picked (--merge-after \d --merge-ratio [\d.]+ --keep-end \d+), KL [\d.e-]+ on calibration passages, speed 1\.\d\d and KV bytes 0\.\d\d by/m.exec(
      budgeted.stderr,
    )?.[1];
  const named = await runGeodesic([...args, ...prompt, '--json', ...(picked ?? '').split(' ')]);
  const answer = (stdout: string) => {
    const { tokens, mergedTokens, promptTokens } = JSON.parse(stdout);
    expect(mergedTokens).toBeLessThan(promptTokens);
    return { tokens, mergedTokens };
  };
  expect(answer(budgeted.stdout)).toEqual(answer(named.stdout));
});

it('--merge-budget that nothing keeps ends the command with what comes nearest', async () => {
  const args = ['logits', '--model', await tinyModelFolder(), '--backend', 'wasm', '--tokens', '1,2'];
  const { exitCode, stdout, stderr } = await runGeodesic([...args, '--merge-budget', 'speed>=9']);
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /error: no merge keeps the budget: the most that one merge saves here is a speed of/,
  );
});
