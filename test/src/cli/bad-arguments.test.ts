import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GOLDENS } from '../read-golden.js';
import { expectRefusal } from './expect-refusal.js';
import { runGeodesic } from './run-geodesic.js';
import { temporaryFolder } from './temporary-folder.js';
import { tinyModelFolder } from './tiny-model-folder.js';

const MODEL = join(GOLDENS, 'tiny-llama');
const LOGITS = `logits --model ${MODEL} --tokens 1,2,3`;

describe('a command line is refused', () => {
  it.each<[string, string[]]>([
    ['nonsense', ['nonsense', 'command']],
    ['generat', ['generat', 'generate']],
    ['generate --colour', ['--colour']],
    ['generate the cat', ['argument']],
    ['logits', ['--tokens']],
    ['logits --tokens', ['--tokens', 'missing']],
    ['logits --tokens 1,,2', ['--tokens', '1,,2']],
    ['logits --tokens 1,-2', ['--tokens', '1,-2']],
    ['logits --tokens 1,2.5', ['--tokens', '1,2.5']],
    [`${LOGITS} --top 0`, ['--top', "'0'"]],
    [`${LOGITS} --top ten`, ['--top', "'ten'"]],
    [`${LOGITS} --backend abacus`, ['--backend', 'abacus', 'wasm', 'cpu', 'webgpu', 'node', 'auto']],
    [`${LOGITS} --weights int4`, ['--weights', 'int4', 'packed', 'float32']],
    [`${LOGITS} --backend cpu --weights packed`, ['cpu backend', 'float32 weights only', 'webgpu']],
    [`${LOGITS} --cache int8`, ['--cache', 'int8', 'half', 'float32']],
    [`${LOGITS} --backend cpu --cache half`, ['cpu backend', 'as float32 only', 'webgpu']],
    [`${LOGITS} --merge-after -1`, ['--merge-after', "'-1'"]],
    [`${LOGITS} --merge-after 1.5`, ['--merge-after', "'1.5'"]],
    [`${LOGITS} --merge-after 99999999999999999999`, ['--merge-after']],
    [`${LOGITS} --merge-after 1 --keep-start few`, ['--keep-start', "'few'"]],
    [`${LOGITS} --merge-after 1 --keep-end -3`, ['--keep-end', "'-3'"]],
    [`${LOGITS} --merge-after 1 --interpolation cubic`, ['--interpolation', 'cubic', 'slerp', 'reference']],
    [`${LOGITS} --merge-after 1 --positions middle`, ['--positions', 'middle', 'midpoint', 'compact']],
    [`${LOGITS} --keep-end 3 --positions last`, ['--keep-end, --positions', '--merge-after']],
    [`${LOGITS} --merge-after 1 --merge-protect digits,verbs`, ['--merge-protect', "'verbs'", 'capitalised']],
    [`${LOGITS} --merge-after 1 --merge-ratio 0`, ['--merge-ratio', "'0'"]],
    [`${LOGITS} --merge-after 1 --merge-threshold 2`, ['--merge-threshold', "'2'"]],
    [`${LOGITS} --merge-after 1 --merge-stream maybe`, ['--merge-stream', 'maybe', 'exact', 'kv', 'off']],
    [`${LOGITS} --merge-after 1 --merge-group 5`, ['group', '2, 3, 4', '5']],
    [`${LOGITS} --merge-after 1 --merge-group some`, ['--merge-group', "'some'"]],
    [`${LOGITS} --merge-group 3`, ['--merge-group', '--merge-after']],
    [`${LOGITS} --merge-after 1 --merge-group 4 --merge-stream kv --merge-chunk 3`, ['chunk', '4', '3']],
    [
      `${LOGITS} --merge-after 1 --interpolation reference --merge-group 3`,
      ['--merge-group', '--interpolation reference'],
    ],
    [`${LOGITS} --merge-after 1 --merge-stream kv --merge-chunk 1`, ['chunk', '2', '1']],
    [`${LOGITS} --merge-after 1 --merge-chunk 8`, ['--merge-chunk needs --merge-stream exact or kv']],
    [`${LOGITS} --merge-budget kl<=1 --merge-chunk 8`, ['--merge-chunk needs --merge-stream']],
    [
      `${LOGITS} --merge-after 1 --merge-stream off --merge-chunk 8`,
      ['--merge-chunk needs --merge-stream exact or kv'],
    ],
    [`${LOGITS} --merge-stream exact`, ['--merge-stream', '--merge-after']],
    [`${LOGITS} --merge-budget kl<1`, ['merge budget', "'kl<1'", 'kl<=NATS', 'speed>=FACTOR', 'kv<=SHARE']],
    [
      `${LOGITS} --merge-budget kl<=1 --merge-after 1 --keep-end 3`,
      ['--merge-after, --keep-end', '--merge-budget'],
    ],
    [`${LOGITS} --merge-budget kl<=1 --interpolation reference`, ['reference', '--merge-budget']],
    [`${LOGITS} --merge-ratio 0.5`, ['--merge-ratio', '--merge-after']],
    [`${LOGITS} --merge-protect digits`, ['--merge-protect', '--merge-after']],
    [
      `${LOGITS} --merge-after 1 --interpolation reference --merge-protect digits`,
      ['--merge-protect', 'reference'],
    ],
    [`${LOGITS} --no-proportional-attention`, ['--no-proportional-attention', '--merge-after']],
    ['generate --prompt x --max-new-tokens -1', ['--max-new-tokens', "'-1'"]],
    ['generate --prompt x --temperature nan', ['--temperature', "'nan'"]],
    ['generate --prompt x --temperature -1', ['--temperature', "'-1'"]],
    ['generate --prompt x --temperature Infinity', ['--temperature', "'Infinity'"]],
    ['generate --prompt x --top-p 2', ['--top-p', "'2'"]],
    ['generate --prompt x --top-p 0', ['--top-p', "'0'"]],
    ['generate --prompt x --min-p 1.5', ['--min-p', "'1.5'"]],
    ['generate --prompt x --top-k 0', ['--top-k', "'0'"]],
    ['generate --prompt x --repetition-penalty 0', ['--repetition-penalty', "'0'"]],
    ['generate --prompt x --seed dice', ['--seed', "'dice'"]],
    ['generate --prompt x --temperature 1 --seed 4294967296', ['--seed', "'4294967296'", '4294967295']],
    ['generate --prompt x --seed 0', ['--seed needs --temperature above 0']],
    ['generate --prompt x --top-k 3', ['--top-k needs --temperature above 0']],
    [
      'generate --prompt x --temperature 0 --top-p 0.5 --min-p 0.1',
      ['--top-p, --min-p needs --temperature above 0'],
    ],
    [`${LOGITS} --merge-after 1 --interpolation reference --positions last`, ['--positions', 'reference']],
    [
      `${LOGITS} --merge-after 1 --interpolation reference --no-proportional-attention`,
      ['--no-proportional-attention', 'reference'],
    ],
    [
      `inspect --merge-after 1 --interpolation reference --proportional-attention`,
      ['error: --proportional-attention', 'reference'],
    ],
    ['inspect --format svg', ['--format', 'svg', 'mermaid']],
    ['inspect --cost --length 0', ['--length', "'0'"]],
    ['inspect --length 12', ['--length needs --cost']],
    ['experiment worker --queue redis://x --stalled-after 1e7', ['--stalled-after', "'1e7'", '2147483']],
    ['experiment worker --queue redis://x --stalled-after 1e300', ['--stalled-after', "'1e300'"]],
    ['demo --max-new-tokens 0', ['--max-new-tokens', "'0'"]],
  ])('%s', async (line, cause) => {
    await expectRefusal(line.split(' '), cause);
  });

  it('with an empty number', async () => {
    await expectRefusal(['generate', '--prompt', 'x', '--temperature', ''], ['--temperature']);
  });
});

describe('a model that is not there', () => {
  it.each<[string, string[]]>([
    ['/nowhere/model', ['/nowhere/model']],
    ['./nowhere.gguf', ['nowhere.gguf']],
    ['smollm3-a-billion', ['smollm3-a-billion', 'smollm2-135m-instruct']],
    ['', ['model']],
  ])('%s', async (model, cause) => {
    for (const command of [['inspect'], ['logits', '--tokens', '1'], ['generate', '--prompt', 'x']]) {
      await expectRefusal([...command, '--model', model], cause);
    }
  });

  it('or is a file of another kind', async () => {
    await expectRefusal(['inspect', '--model', join(MODEL, 'config.json')], ['config.json']);
  });

  it('or an empty folder', async () => {
    const folder = await temporaryFolder();
    await expectRefusal(['inspect', '--model', folder], [folder]);
  });
});

describe('what does not fit the model is refused', () => {
  it.each<[string, string[]]>([
    [`${LOGITS} --merge-after 4`, ['4', 'out of range', '0 to 3']],
    [`inspect --model ${MODEL} --merge-after 4`, ['4', 'out of range', '0 to 3']],
    [`logits --model ${MODEL} --tokens 1,96`, ['96', '0 to 95']],
    [`logits --model ${MODEL} --tokens 4294967297`, ['4294967297']],
    [`logits --model ${MODEL} --tokens ${'1,'.repeat(512)}1`, ['513', '512']],
    [`inspect --model ${MODEL} --cost --length 513`, ['513 tokens', 'holds 512', '--length']],
    [`inspect --model ${MODEL} --cost --length 9007199254740991`, ['9007199254740991 tokens', 'holds 512']],
    [`${LOGITS} --all /nowhere/logits.f32`, ['/nowhere/logits.f32', 'choose another folder']],
    [`${LOGITS} --all ${MODEL}`, [MODEL, 'choose another name']],
    [`generate --model ${MODEL} --prompt x`, ['tokenizer.json']],
    [`demo --model ${MODEL}`, ['tokenizer.json']],
  ])('%s', async (line, cause) => {
    await expectRefusal(line.split(' '), cause);
  });
});

describe('a prompt is refused', () => {
  const generate = async () => ['generate', '--model', await tinyModelFolder()];

  it('that is missing, or given twice', async () => {
    const args = await generate();
    await expectRefusal(args, ['--prompt', '--prompt-file']);
    await expectRefusal([...args, '--prompt', 'x', '--prompt-file', '-'], ['one prompt']);
  });

  it('that is empty: as an option, a file, standard input, and for the demo', async () => {
    const args = await generate();
    const file = join(await temporaryFolder(), 'empty.txt');
    await writeFile(file, '');
    await expectRefusal([...args, '--prompt', ''], ['prompt is empty']);
    await expectRefusal([...args, '--prompt-file', file], ['prompt is empty']);
    await expectRefusal([...args, '--prompt-file', '-'], ['prompt is empty'], { stdin: '' });
    await expectRefusal(['demo', ...args.slice(1), '--prompt', ''], ['prompt is empty']);
  });

  it('whose file is missing or a folder', async () => {
    const args = await generate();
    await expectRefusal(
      [...args, '--prompt-file', '/nowhere/prompt.txt'],
      ['/nowhere/prompt.txt', 'give a text file'],
    );
    await expectRefusal([...args, '--prompt-file', MODEL], [MODEL, 'EISDIR', 'give a text file']);
  });

  it('that is longer than the context, by one token or by megabytes', async () => {
    await expectRefusal([...(await generate()), '--prompt', '1'.repeat(513)], ['513 tokens', '512']);
    const endless = { stdin: 'a word and the next one\n'.repeat(200_000) };
    await expectRefusal(
      [...(await generate()), '--prompt-file', '-'],
      ['4800000 characters', '512'],
      endless,
    );
  });
});

describe('--debug', () => {
  it.each([['inspect --model /nowhere --debug'], ['--debug inspect --model /nowhere']])(
    'adds the stack to the line: %s',
    async (line) => {
      const { stderr, exitCode } = await runGeodesic(line.split(' '));
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^error: .*\/nowhere.*\n/);
      expect(stderr).toMatch(/^ {4}at /m);
    },
  );
});
