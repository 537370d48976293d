import type { Device } from '@geodesic/backend';
import { wasmBackend } from '@geodesic/backend-wasm';
import {
  argmax,
  type GeneratedPiece,
  type GenerateOptions,
  type Generation,
  generate,
  type LanguageModel,
  type SessionOptions,
  type StepResult,
} from '@geodesic/runtime';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tensorCount } from '../describe-backends.js';
import { buildLlama, CONTEXT, PLAIN_LLAMA, tokens, withSession } from '../properties/random-llama.js';
import { EOS, letterTokenizer } from './letter-tokenizer.js';

const PROMPT = [1, 2, 3, 4, 5, 6, 7, 8];
const tokenizer = letterTokenizer();

// What generation does with logits is the same wherever they come from: on the backend that Node has by default.
describe('generate', () => {
  let device: Device;
  let model: LanguageModel;
  let before: number;
  beforeAll(async () => {
    device = await wasmBackend.open();
    model = buildLlama(PLAIN_LLAMA, device);
  });
  beforeEach(() => {
    before = tensorCount(device);
  });
  afterEach(() => expect(tensorCount(device)).toBe(before));
  afterAll(() => model.dispose());

  /** All pieces and the summary of one generation in a session of its own. */
  function run(
    options: GenerateOptions,
    prompt: readonly number[] = PROMPT,
    sessionOptions: SessionOptions = {},
  ): Promise<{ pieces: GeneratedPiece[]; end: Generation }> {
    return withSession(model, sessionOptions, async (session) => {
      const pieces: GeneratedPiece[] = [];
      const iterator = generate(session, tokenizer, prompt, options);
      for (;;) {
        const { done, value } = await iterator.next();
        if (done) return { pieces, end: value };
        pieces.push(value);
      }
    });
  }

  it('tells of each step, with what it merged', async () => {
    const steps: StepResult[] = [];
    const { end } = await run(
      { maxNewTokens: 4, eosTokenIds: [], onStep: (step) => steps.push(step) },
      PROMPT,
      { merge: { afterLayer: 0, keepStart: 2, keepEnd: 2, protect: [] } },
    );
    expect(steps.map(({ merges }) => merges.length)).toEqual([1, 0, 0, 0]);
    expect(steps[0]?.merges[0]?.rows[0]?.map(({ extent }) => extent)).toEqual([
      [0, 0],
      [1, 1],
      [2, 3],
      [4, 5],
      [6, 6],
      [7, 7],
    ]);
    expect(steps.map(({ logits }) => argmax(logits.data as Float32Array))).toEqual(end.tokens);
  });

  it('without a temperature takes the likeliest token each time', async () => {
    const { end } = await run({ maxNewTokens: 12, eosTokenIds: [] });
    const expected = await withSession(model, {}, async (session) => {
      const ids = [argmax((await session.prefill([PROMPT])).logits.data as Float32Array)];
      while (ids.length < 12)
        ids.push(argmax((await session.decode([[ids.at(-1) as number]])).logits.data as Float32Array));
      return ids;
    });
    expect(end.tokens).toEqual(expected);
    expect(end).toMatchObject({ finishReason: 'length', promptTokens: 8, mergedTokens: 8 });
  });

  it('gives the same tokens for the same seed, and others for others', async () => {
    const options = { temperature: 1, maxNewTokens: 20, eosTokenIds: [] };
    const runs = await Promise.all([1, 1, 2, 3].map((seed) => run({ ...options, seed })));
    const [a, again, b, c] = runs.map(({ end }) => end.tokens);
    expect(again).toEqual(a);
    expect(b).not.toEqual(a);
    expect(c).not.toEqual(b);
    expect((await run(options)).end.tokens).toEqual((await run({ ...options, seed: 0 })).end.tokens);
  });

  it.each([
    ['as it is', {}],
    ['with merging', { merge: { afterLayer: 1, keepStart: 1, keepEnd: 1 } }],
  ])('gives the same tokens in a session of all logits, %s', async (_, session) => {
    for (const options of [{}, { temperature: 1, topK: 5, repetitionPenalty: 1.3 }]) {
      const [last, all] = await Promise.all(
        (['last', 'all'] as const).map((logits) =>
          run({ ...options, maxNewTokens: 10, eosTokenIds: [] }, PROMPT, { ...session, logits }),
        ),
      );
      expect(all?.end.tokens).toEqual(last?.end.tokens);
    }
  });

  it('penalises what the prompt and the answer hold', async () => {
    const { end } = await run({ maxNewTokens: 20, eosTokenIds: [], repetitionPenalty: 1e6 });
    // So much that nothing comes twice while anything else is left that is likely at all.
    const all = [...PROMPT, ...end.tokens];
    expect(new Set(all).size).toBe(all.length);
  });

  it('streams pieces that together are the text, with characters whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        tokens(1, 10),
        fc.nat(),
        fc.array(fc.string({ unit: fc.constantFrom('a', 'e', ' ', 'é'), minLength: 1, maxLength: 2 }), {
          maxLength: 2,
        }),
        async (prompt, seed, stop) => {
          const { pieces, end } = await run({ temperature: 2, seed, stop, maxNewTokens: 30 }, prompt);
          expect(pieces.map(({ text }) => text).join('')).toBe(end.text);
          expect(pieces.flatMap(({ id }) => (id === undefined ? [] : [id]))).toEqual(end.tokens);
          for (const one of stop) expect(end.text).not.toContain(one);
          const whole = tokenizer.decode(end.tokens, { skipSpecialTokens: true });
          if (end.finishReason === 'stop') expect(whole.startsWith(end.text)).toBe(true);
          else expect(end.text).toBe(whole);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('ends before an end token', async () => {
    const { end: all } = await run({ maxNewTokens: 12, eosTokenIds: [] });
    const eos = all.tokens[5] as number;
    const { end, pieces } = await run({ maxNewTokens: 12, eosTokenIds: [eos] });
    const first = all.tokens.indexOf(eos);
    expect(end).toMatchObject({ finishReason: 'eos', tokens: all.tokens.slice(0, first) });
    // A last piece without an id may bring text that was held back.
    expect(pieces.filter(({ id }) => id !== undefined)).toHaveLength(first);
    expect(tokenizer.eosTokenIds).toEqual([EOS]);
  });

  it('ends before a stop string, though its start was generated', async () => {
    const { end: all } = await run({ maxNewTokens: 20, eosTokenIds: [] });
    const stop = all.text.slice(4, 7);
    const { end } = await run({ maxNewTokens: 20, eosTokenIds: [], stop: ['never there', stop] });
    expect(end.finishReason).toBe('stop');
    expect(end.text).toBe(all.text.slice(0, all.text.indexOf(stop)));
    expect(end.tokens.length).toBeLessThan(all.tokens.length);
  });

  it('ends where the context is full', async () => {
    const prompt = new Array<number>(CONTEXT - 3).fill(1);
    const { end } = await run({ maxNewTokens: 100, eosTokenIds: [] }, prompt);
    // Three more tokens have a place in the context; the one that they predict needs none.
    expect(end).toMatchObject({ finishReason: 'context', promptTokens: CONTEXT - 3 });
    expect(end.tokens).toHaveLength(4);
  });

  it.each([0, 1])('generates %i tokens if asked to', async (maxNewTokens) => {
    const { end } = await run({ maxNewTokens, eosTokenIds: [] });
    expect(end.tokens).toHaveLength(maxNewTokens);
    expect(end.finishReason).toBe('length');
  });

  it('tells how much merging saved', async () => {
    await withSession(model, { merge: { afterLayer: 1, keepStart: 1, keepEnd: 1 } }, async (session) => {
      const iterator = generate(session, tokenizer, PROMPT, { maxNewTokens: 3, eosTokenIds: [] });
      let step = await iterator.next();
      while (!step.done) step = await iterator.next();
      expect(step.value).toMatchObject({
        promptTokens: 8,
        mergedTokens: 5,
        kvCacheBytes: session.kvCacheBytes,
      });
      expect(step.value.prefillMs).toBeGreaterThan(0);
      expect(step.value.tokensPerSecond).toBeGreaterThan(0);
    });
  });

  it('stops when aborted between two tokens, and leaves the session usable', () =>
    withSession(model, {}, async (session) => {
      const abort = new AbortController();
      const seen: GeneratedPiece[] = [];
      const generation = async () => {
        for await (const piece of generate(session, tokenizer, PROMPT, {
          eosTokenIds: [],
          signal: abort.signal,
        })) {
          seen.push(piece);
          if (seen.length === 2) abort.abort();
        }
      };
      await expect(generation()).rejects.toMatchObject({ name: 'GeodesicError', code: 'run.aborted' });
      expect(seen).toHaveLength(2);
      await session.prefill([PROMPT]);
    }));

  it('is told when somebody else used its session meanwhile', () =>
    withSession(model, {}, async (session) => {
      const first = generate(session, tokenizer, PROMPT, { eosTokenIds: [] });
      await first.next();
      const second = generate(session, tokenizer, [...PROMPT, 9], { eosTokenIds: [] });
      await second.next();
      await expect(first.next()).rejects.toMatchObject({ code: 'run.busy' });
      expect((await second.next()).done).toBe(false);
      await session.decode([[3]]);
      await expect(second.next()).rejects.toMatchObject({ code: 'run.busy' });
    }));

  it('needs a tokenizer', () =>
    withSession(model, {}, async (session) => {
      const generation = generate(session, undefined as unknown as typeof tokenizer, PROMPT);
      await expect(generation.next()).rejects.toMatchObject({ code: 'sampling.option' });
      expect(session.lengths).toEqual([]);
    }));

  it('can be left in the middle', () =>
    withSession(model, {}, async (session) => {
      for await (const _ of generate(session, tokenizer, PROMPT, { eosTokenIds: [] })) break;
      await session.prefill([PROMPT]);
    }));

  it.each([
    [{ temperature: -1 }, 'sampling.option'],
    [{ topK: 0 }, 'sampling.option'],
    [{ topP: 2 }, 'sampling.option'],
    [{ minP: -1 }, 'sampling.option'],
    [{ repetitionPenalty: 0 }, 'sampling.option'],
    [{ maxNewTokens: -1 }, 'sampling.option'],
    [{ maxNewTokens: 1.5 }, 'sampling.option'],
    [{ maxNewTokens: Number.NaN }, 'sampling.option'],
    [{ seed: Number.NaN }, 'sampling.option'],
    [{ seed: 0.7 }, 'sampling.option'],
    [{ seed: 2 ** 53 }, 'sampling.option'],
    [{ seed: '1' }, 'sampling.option'],
    [{ stop: 'x' }, 'sampling.option'],
    [{ stop: [1] }, 'sampling.option'],
    [{ stop: null }, 'sampling.option'],
    [{ eosTokenIds: 2 }, 'sampling.option'],
    [{ eosTokenIds: ['2'] }, 'sampling.option'],
    [{ onStep: 5 }, 'sampling.option'],
    [{ temprature: 1 }, 'sampling.option'],
    [null, 'sampling.option'],
    [{ signal: new AbortController() }, 'run.option'],
  ])('refuses %o', async (options, code) => {
    await expect(run(options as GenerateOptions)).rejects.toMatchObject({ name: 'GeodesicError', code });
  });

  it.each([
    ['empty', [], 'run.empty'],
    ['outside the vocabulary', [50], 'run.token'],
    ['longer than the context', new Array<number>(CONTEXT + 1).fill(1), 'run.context'],
  ])('refuses a prompt that is %s', async (_, prompt, code) => {
    await expect(run({}, prompt)).rejects.toMatchObject({ name: 'GeodesicError', code });
  });
});
