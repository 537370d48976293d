import { join } from 'node:path';
import { loadModel, openBackend } from 'geodesic';
import { expect, it, onTestFinished, vi } from 'vitest';
import { GOLDENS } from '../read-golden.js';
import { runGeodesic } from './run-geodesic.js';

const MODEL = join(GOLDENS, 'tiny-llama');
const LOGITS = ['logits', '--model', MODEL, '--tokens', '1,2,3', '--top', '3'];
/** What it says, beside what native libraries print. */
const CHOICE = /^backend: (webgpu|node|wasm) \((.+?)\)((?:; passed over \w+: .+)?)$/m;
/** So that tfjs-node is nowhere. */
const NO_TENSORFLOW = { GEODESIC_TFJS_NODE: '/nowhere' };

it('--backend auto runs somewhere, and says on stderr where and why not on better ones', async () => {
  const auto = await runGeodesic([...LOGITS, '--backend', 'auto'], { env: NO_TENSORFLOW });
  expect(auto.exitCode).toBe(0);
  const [, taken = '', description, passedOver] = auto.stderr.match(CHOICE) ?? [];
  expect(['webgpu', 'wasm'], auto.stderr).toContain(taken);
  expect(description).not.toContain('software');
  if (taken === 'wasm') {
    expect(passedOver).toMatch(/^; passed over webgpu: .+; passed over node: there is no tfjs-node in/);
  }
  const named = await runGeodesic([...LOGITS, '--backend', taken]);
  expect(auto.stdout).toBe(named.stdout);
  expect(named.stderr).not.toContain('backend:');
});

it("openBackend and loadModel take 'auto'", async () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => written.mockRestore());
  const device = await openBackend('auto');
  expect(['webgpu', 'node', 'wasm']).toContain(device.name);
  const model = await loadModel(MODEL, { backend: 'auto' });
  expect(model.device).toBe(device);
  model.dispose();
  const lines = written.mock.calls.map(([text]) => String(text));
  expect(lines.filter((line) => CHOICE.test(line.trim()))).toHaveLength(2);
});
