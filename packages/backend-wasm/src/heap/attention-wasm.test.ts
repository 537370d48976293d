import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ATTENTION_WASM } from './attention-wasm.js';

it('is what kernels/attention.wat assembles to', () => {
  const script =
    "import('./kernels/assemble.mjs').then(async ({ assemble }) => console.log(await assemble()))";
  const folder = new URL('../../', import.meta.url);
  const assembled = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(ATTENTION_WASM).toBe(assembled.trim());
});
