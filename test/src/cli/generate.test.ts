import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectRefusal } from './expect-refusal.js';
import { runForJson, runGeodesic } from './run-geodesic.js';
import { tinyModelFolder } from './tiny-model-folder.js';

/** What `generate --json` prints. */
interface Generated {
  readonly text: string;
  readonly tokens: readonly number[];
  readonly promptTokens: number;
  readonly mergedTokens: number;
  readonly finishReason: string;
  readonly timings: Readonly<Record<string, number>>;
  readonly kvCacheBytes: number;
  readonly backend: string;
}

const PROMPT = 'the cat and a dog';
/** One of keys and one of values, 2 heads of 8, float32. */
const CACHE_BYTES_PER_ENTRY = 2 * 2 * 8 * 4;

function generateJson(model: string, ...args: string[]): Promise<Generated> {
  return runForJson<Generated>(['generate', '--model', model, '--backend', 'cpu', '--json', ...args]);
}

describe('generate --json', () => {
  it('prints one object with the documented fields', async () => {
    const model = await tinyModelFolder();
    const one = await generateJson(model, '--prompt', PROMPT, '--max-new-tokens', '6');
    expect(Object.keys(one)).toEqual([
      'text',
      'tokens',
      'promptTokens',
      'mergedTokens',
      'finishReason',
      'timings',
      'kvCacheBytes',
      'backend',
    ]);
    expect(Object.keys(one.timings)).toEqual(['loadMs', 'prefillMs', 'decodeMs', 'tokensPerSecond']);
    for (const value of Object.values(one.timings)) expect(value).toBeGreaterThan(0);
    // the | _ c a t | _ and | _a | _ d o g
    expect(one).toMatchObject({ promptTokens: 12, mergedTokens: 12 });
    expect(one.tokens).toHaveLength(6);
    expect(one.finishReason).toBe('length');
    expect(one.backend).toBe('cpu');
    // The last token drawn is never run.
    expect(one.kvCacheBytes).toBe(4 * CACHE_BYTES_PER_ENTRY * (one.promptTokens + 5));
  });

  it('is the text that streaming prints, on wasm as on cpu', async () => {
    const model = await tinyModelFolder();
    const { text } = await generateJson(model, '--prompt', PROMPT, '--max-new-tokens', '12');
    for (const backend of ['wasm', 'cpu']) {
      const args = ['--model', model, '--prompt', PROMPT, '--max-new-tokens', '12', '--backend', backend];
      const { stdout, stderr, exitCode } = await runGeodesic(['generate', ...args]);
      expect({ stdout, stderr, exitCode }).toEqual({ stdout: `${text}\n`, stderr: '', exitCode: 0 });
    }
  });

  it('no new tokens are no text, and the prompt still runs', async () => {
    const one = await generateJson(await tinyModelFolder(), '--prompt', PROMPT, '--max-new-tokens', '0');
    expect(one).toMatchObject({ text: '', tokens: [], finishReason: 'length' });
  });

  it('ends where the context is full', async () => {
    // A digit is a token, and the model holds 512.
    const one = await generateJson(await tinyModelFolder(), '--prompt', '1'.repeat(510), '--backend', 'wasm');
    expect(one).toMatchObject({ promptTokens: 510, finishReason: 'context' });
    expect(one.tokens).toHaveLength(3);
  });
});

describe('the prompt', () => {
  it('is the same from an option, a file and standard input', async () => {
    const model = await tinyModelFolder({ files: { 'prompt.txt': PROMPT } });
    const base = ['generate', '--model', model, '--backend', 'cpu', '--max-new-tokens', '5'];
    const given = await runGeodesic([...base, '--prompt', PROMPT]);
    const fromFile = await runGeodesic([...base, '--prompt-file', join(model, 'prompt.txt')]);
    const fromStdin = await runGeodesic([...base, '--prompt-file', '-'], { stdin: PROMPT });
    expect(given.exitCode).toBe(0);
    expect(given.stdout.length).toBeGreaterThan(1);
    expect(fromFile.stdout).toBe(given.stdout);
    expect(fromStdin.stdout).toBe(given.stdout);
  });

  it('--chat wraps it in the template, and needs one', async () => {
    const model = await tinyModelFolder();
    const plain = await generateJson(model, '--prompt', PROMPT, '--max-new-tokens', '1');
    await expectRefusal(
      ['generate', '--model', model, '--prompt', PROMPT, '--chat'],
      ['no chat template', '--chat'],
    );
    const template = '{% for m in messages %}<s>{{ m.role[0] }}:{{ m.content }}</s>{% endfor %}<s>a:';
    await writeFile(join(model, 'chat_template.jinja'), template);
    const chat = await generateJson(model, '--prompt', PROMPT, '--max-new-tokens', '1', '--chat');
    // <s>, u, :, the prompt, </s>, <s>, a, :
    expect(chat.promptTokens).toBe(plain.promptTokens + 7);
  });
});

describe('sampling', () => {
  it('a seed draws the same tokens again, another one others', async () => {
    const model = await tinyModelFolder();
    const draw = async (seed: string) => {
      const options = ['--temperature', '1.5', '--top-p', '0.99', '--seed', seed, '--max-new-tokens', '16'];
      return (await generateJson(model, '--prompt', PROMPT, ...options)).tokens;
    };
    const first = await draw('7');
    expect(await draw('7')).toEqual(first);
    expect(await draw('8')).not.toEqual(first);
  });

  it('top-k 1 is the likeliest token at every temperature', async () => {
    const model = await tinyModelFolder();
    const greedy = await generateJson(model, '--prompt', PROMPT, '--max-new-tokens', '8');
    const options = ['--temperature', '2', '--top-k', '1', '--max-new-tokens', '8'];
    expect((await generateJson(model, '--prompt', PROMPT, ...options)).tokens).toEqual(greedy.tokens);
  });
});

it('--stop ends before the first of several texts', async () => {
  const model = await tinyModelFolder();
  const { text } = await generateJson(model, '--prompt', PROMPT, '--max-new-tokens', '20');
  const [early, late] = [text.slice(4, 7), text.slice(-2)];
  const stops = ['--stop', late, early, 'never said'];
  const stopped = await generateJson(model, '--prompt', PROMPT, '--max-new-tokens', '20', ...stops);
  const end = Math.min(text.indexOf(early), text.indexOf(late));
  expect(stopped).toMatchObject({ text: text.slice(0, end), finishReason: 'stop' });
});

/** That many tokens: no merge of the tokenizer has the letter, and nothing protects it. */
const letters = (count: number) => 'q'.repeat(count);

describe('merging', () => {
  it.each([
    { keepStart: 0, keepEnd: 0, pairs: 10 },
    { keepStart: 1, keepEnd: 2, pairs: 8 },
    { keepStart: 4, keepEnd: 3, pairs: 6 },
    { keepStart: 0, keepEnd: 18, pairs: 1 },
    { keepStart: 0, keepEnd: 19, pairs: 0 },
    { keepStart: 30, keepEnd: 0, pairs: 0 },
  ])('of 20 tokens, keeping $keepStart and $keepEnd, makes $pairs pairs one token', async (options) => {
    const { keepStart, keepEnd, pairs } = options;
    const keep = ['--keep-start', String(keepStart), '--keep-end', String(keepEnd)];
    const merge = ['--merge-after', '1', ...keep, '--max-new-tokens', '3'];
    const one = await generateJson(await tinyModelFolder(), '--prompt', letters(20), ...merge);
    expect(one).toMatchObject({ promptTokens: 20, mergedTokens: 20 - pairs });
    // Layers 0 and 1 keep all, 2 and 3 the merged tokens; of the new ones, two were run.
    expect(one.kvCacheBytes).toBe(CACHE_BYTES_PER_ENTRY * (2 * 22 + 2 * (22 - pairs)));
  });

  it('keeps 4 and 32 tokens where nothing else is said', async () => {
    const args = ['--prompt', letters(50), '--merge-after', '0', '--max-new-tokens', '1'];
    expect((await generateJson(await tinyModelFolder(), ...args)).mergedTokens).toBe(50 - 7);
  });

  it.each([
    { protect: undefined, pairs: 8 },
    { protect: 'digits', pairs: 8 },
    { protect: 'none', pairs: 10 },
  ])(
    'of 9 letters, 2 digits and 9 letters, with --merge-protect $protect, makes $pairs pairs one token',
    async (options) => {
      const { protect, pairs } = options;
      const given = protect === undefined ? [] : ['--merge-protect', protect];
      const merge = ['--merge-after', '1', '--keep-start', '0', '--keep-end', '0', ...given];
      const args = ['--prompt', `${letters(9)}12${letters(9)}`, ...merge, '--max-new-tokens', '1'];
      const one = await generateJson(await tinyModelFolder(), ...args);
      expect(one).toMatchObject({ promptTokens: 20, mergedTokens: 20 - pairs });
    },
  );

  it.each([
    { length: 20, merged: 11 },
    { length: 21, merged: 12 },
    { length: 3, merged: 3 },
  ])('reference makes $merged of $length, as the article counts', async ({ length, merged }) => {
    const keep = ['--keep-start', '0', '--keep-end', '0', '--max-new-tokens', '1'];
    const args = ['--prompt', letters(length), '--merge-after', '1', '--interpolation', 'reference', ...keep];
    expect((await generateJson(await tinyModelFolder(), ...args)).mergedTokens).toBe(merged);
  });

  it('that finds no pairs leaves the answer as it is', async () => {
    const model = await tinyModelFolder();
    const base = await generateJson(model, '--prompt', PROMPT, '--max-new-tokens', '10');
    const merged = await generateJson(
      model,
      '--prompt',
      PROMPT,
      '--max-new-tokens',
      '10',
      '--merge-after',
      '1',
    );
    expect({ ...merged, timings: {} }).toEqual({ ...base, timings: {} });
  });
});
