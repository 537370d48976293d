// Assembles attention.wat into src/heap/attention-wasm.ts: npm run assemble -w packages/backend-wasm
import { readFileSync, writeFileSync } from 'node:fs';
import loadWabt from 'wabt';

/** The binary of kernels/attention.wat, in base64. */
export async function assemble() {
  const wabt = await loadWabt();
  const source = readFileSync(new URL('attention.wat', import.meta.url), 'utf8');
  const { buffer } = wabt.parseWat('attention.wat', source, { simd: true }).toBinary({});
  return Buffer.from(buffer).toString('base64');
}

if (import.meta.url === new URL(process.argv[1], 'file:').href) {
  writeFileSync(
    new URL('../src/heap/attention-wasm.ts', import.meta.url),
    `/** kernels/attention.wat, assembled by kernels/assemble.mjs. */\nexport const ATTENTION_WASM =\n  '${await assemble()}';\n`,
  );
}
