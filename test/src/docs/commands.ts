import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Block, blocksOf, ROOT } from './pages.js';

/** The commands of a `sh` block, without their comments; a line that ends with a backslash goes on in the next. */
export function commandsOf({ code }: Pick<Block, 'code'>): string[] {
  return code
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s+)#.*$/, '').trim())
    .filter((line) => line !== '');
}

const CONFIG = {
  model_type: 'llama',
  vocab_size: 100,
  hidden_size: 32,
  intermediate_size: 64,
  num_hidden_layers: 20,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 512,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  hidden_act: 'silu',
  tie_word_embeddings: true,
};

/** A program whose session does not merge. */
const APP = `import { loadModel } from 'geodesic';

const model = await loadModel('smollm2-135m-instruct');
const session = model.session();
console.log(session.contextLength);
`;

/** A spec that is done within seconds. */
const SPEC = `name: my
models: [smollm2-135m-instruct]
texts: [sotu]
passages: 1
lengths: [64]
layers: [15]
merges: [{}]
tasks: { nextToken: { suffix: 4 } }
`;

/** Puts into a folder what the commands of the pages name: files of the reader's own, which no page makes. */
export function prepareFolder(folder: string): void {
  // Its introduction: as a prompt, the whole of it takes a minute.
  const [introduction] = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n## ');
  writeFileSync(join(folder, 'README.md'), introduction as string);
  writeFileSync(join(folder, 'config.json'), JSON.stringify(CONFIG));
  writeFileSync(join(folder, 'app.ts'), APP);
  writeFileSync(join(folder, 'my.yaml'), SPEC);
  writeFileSync(join(folder, 'my.txt'), 'A text of your own.\n');
}

/** Every `sh` command of a page with its place. */
export function pageCommands(page: string): { readonly place: string; readonly command: string }[] {
  return blocksOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap((block) => commandsOf(block).map((command) => ({ place: `${page}:${block.line}`, command })));
}
