// Writes the token ids that llama.cpp gives for strings.mjs, or for another list of strings. Run by hand, with
// node-llama-cpp 3.22.1 in a folder of its own:
//   NODE_LLAMA_CPP_SKIP_DOWNLOAD=true npm install --prefix FOLDER node-llama-cpp@3.22.1
//   NODE_LLAMA_CPP=FOLDER node make-goldens.mjs MODEL.gguf ../../goldens/tokenizer-NAME.json [gemma3-strings.mjs]
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modelPath, outPath, listPath = 'strings.mjs'] = process.argv.slice(2);
const { strings } = await import(new URL(listPath, import.meta.url).href);
const require = createRequire(join(resolve(process.env.NODE_LLAMA_CPP ?? '.'), 'package.json'));
const root = join(resolve(process.env.NODE_LLAMA_CPP ?? '.'), 'node_modules/node-llama-cpp');
const { getLlama } = await import(pathToFileURL(join(root, 'dist/index.js')).href);
const { version } = require(join(root, 'package.json'));

const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: 'error' });
const model = await llama.loadModel({ modelPath, vocabOnly: true });
const cases = strings.map((text) => [text, model.tokenize(text, true)]);
const { repo, release } = llama.llamaCppRelease;
const header = {
  oracle: `node-llama-cpp ${version} (${repo} ${release}), parse_special, no BOS`,
  file: basename(modelPath),
};
const lines = cases.map((line) => JSON.stringify(line)).join(',\n');
writeFileSync(
  outPath,
  `{"oracle":${JSON.stringify(header.oracle)},"file":${JSON.stringify(header.file)},"cases":[\n${lines}\n]}\n`,
);
console.log(`${cases.length} strings from ${header.file} by ${header.oracle}`);
await llama.dispose();
