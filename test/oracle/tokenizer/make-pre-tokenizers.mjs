// Writes, for each pre-tokenizer, a digest of the ids that llama.cpp gives for strings.mjs with the vocabulary of
// tokenizer-bpe.gguf. Run by hand, as make-goldens.mjs:
//   NODE_LLAMA_CPP=FOLDER node make-pre-tokenizers.mjs ../../goldens NAME…
// Names: default gpt-2 smollm llama-bpe dbrx qwen2 qwen35 falcon deepseek-v3 bloom viking. The others, where llama.cpp only comes
// near to the models' own patterns, are in make_upstream_pre_tokenizers.py.
// With IDS=1 the ids themselves go to standard output, to look into a difference.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { strings } from './strings.mjs';

const [folder, ...names] = process.argv.slice(2);
const root = join(resolve(process.env.NODE_LLAMA_CPP ?? '.'), 'node_modules/node-llama-cpp');
const { getLlama } = await import(pathToFileURL(join(root, 'dist/index.js')).href);
const { version } = createRequire(import.meta.url)(join(root, 'package.json'));

/** The file with another text for tokenizer.ggml.pre. No tensors follow the header, so nothing moves that matters. */
function withPre(bytes, pre) {
  const key = Buffer.from('tokenizer.ggml.pre');
  const at = bytes.indexOf(key) + key.length + 4;
  const old = Number(bytes.readBigUInt64LE(at));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(pre.length));
  return Buffer.concat([bytes.subarray(0, at), length, Buffer.from(pre), bytes.subarray(at + 8 + old)]);
}

const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: 'error' });
const bytes = readFileSync(join(folder, 'tokenizer-bpe.gguf'));
const scratch = mkdtempSync(join(tmpdir(), 'pre-'));
const digests = {};
for (const name of names) {
  const modelPath = join(scratch, `${name}.gguf`);
  writeFileSync(modelPath, withPre(bytes, name));
  const model = await llama.loadModel({ modelPath, vocabOnly: true });
  const ids = strings.map((text) => model.tokenize(text, true));
  digests[name] = createHash('sha256').update(JSON.stringify(ids)).digest('hex');
  if (process.env.IDS) console.log(JSON.stringify({ name, ids }));
  await model.dispose();
}
rmSync(scratch, { recursive: true });
const { repo, release } = llama.llamaCppRelease;
const oracle = `node-llama-cpp ${version} (${repo} ${release}), parse_special, no BOS`;
writeFileSync(join(folder, 'tokenizer-pre.json'), `${JSON.stringify({ oracle, digests }, null, 2)}\n`);
await llama.dispose();
