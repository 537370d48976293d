import { cpuBackend } from '@geodesic/backend-cpu';
import { type MergeStream, TOKENS } from '@geodesic/compiler';
import {
  block,
  causal,
  decoder,
  defineModel,
  emit,
  linear,
  lmHead,
  mergeHeads,
  mul,
  repeat,
  residual,
  rmsNorm,
  type Scope,
  splitHeads,
  type Tensor,
  tokenEmbedding,
  transpose,
} from '@geodesic/dsl';
import { LanguageModel, randomParameters } from '@geodesic/runtime';
import { describe, expect, it } from 'vitest';
import { largestDifference } from '../difference.js';
import { withSession } from './random-llama.js';

const VOCABULARY = 40;
const ROW = Array.from({ length: 24 }, (_, i) => (i * 7) % VOCABULARY);
const MERGE = { afterLayer: 0, keepStart: 1, keepEnd: 2 };
const TOLERANCE = 1e-4;

/** A model of three layers, each of a block of the user's own. */
async function modelOf(path: string, apply: (x: Tensor, scope: Scope) => Tensor): Promise<LanguageModel> {
  const device = await cpuBackend.open();
  const definition = defineModel('custom', () =>
    decoder({
      embed: tokenEmbedding({ vocab: VOCABULARY, dim: 16 }),
      layers: repeat(3, () => [residual(rmsNorm({ eps: 1e-5 }), block(path, apply))]),
      norm: null,
      head: lmHead({ tied: true }),
    }),
  )(undefined);
  const config = { vocabSize: VOCABULARY, numHiddenLayers: 3, maxPositionEmbeddings: 100 };
  const parameters = randomParameters(definition, device, { seed: 1 });
  return new LanguageModel({ definition, config, device, parameters } as ConstructorParameters<
    typeof LanguageModel
  >[0]);
}

function attention(queries: Tensor, keys: Tensor, scope: Scope): Tensor {
  const mask = causal().build(scope);
  return emit('attention', [queries, keys, keys, mask], { scale: 0.3, softcap: null });
}

/** Attention of states to themselves, which are cached as they are split. */
function attend(x: Tensor, scope: Scope): Tensor {
  const heads = splitHeads(x, 2);
  const keys = scope.cached('k', heads);
  return mergeHeads(attention(heads, keys, scope));
}

/** Attention whose context is cached as two features a token, [B, P, 2], and made wide again. */
function attendLatent(x: Tensor, scope: Scope): Tensor {
  const latent = scope.cached('latent', linear(x, scope.parameter('down', [16, 2])));
  const keys = splitHeads(linear(latent, scope.parameter('up', [2, 16])), 2);
  return mergeHeads(attention(splitHeads(x, 2), keys, scope));
}

async function streamed(
  model: LanguageModel,
  stream: MergeStream,
): Promise<{ logits: Float32Array; slots: number }> {
  const merge = { ...MERGE, minLength: 4, stream, ...(stream === 'off' ? {} : { chunk: 4 }) };
  return withSession(model, { merge }, async (session) => {
    await session.prefill([ROW.slice(0, 12)]);
    let logits: Float32Array | undefined;
    for (const id of ROW.slice(12)) logits = (await session.decode([[id]])).logits.data as Float32Array;
    return { logits: logits as Float32Array, slots: session.slots[0] as number };
  });
}

describe('blocks of the user’s own', () => {
  it.each(['mix_tokens', TOKENS, `${TOKENS}.sizes`])(
    'decode behind a merge below the path %s',
    async (path) => {
      const [plain, named] = [await modelOf('mix', attend), await modelOf(path, attend)];
      const difference = largestDifference(
        (await streamed(named, 'off')).logits,
        (await streamed(plain, 'off')).logits,
      );
      expect(difference).toBe(0);
      expect((await streamed(named, 'exact')).slots).toBe((await streamed(plain, 'exact')).slots);
      for (const model of [plain, named]) model.dispose();
    },
  );

  it('stream merges of caches without heads: exact as a fresh prefill, kv with as many slots', async () => {
    const model = await modelOf('mix', attendLatent);
    const exact = await streamed(model, 'exact');
    // Merged when 15, 19 and 23 tokens were there: then four stood between the last pair and the kept end.
    const fresh = await withSession(model, { merge: { ...MERGE, minLength: 4 } }, async (session) => {
      await session.prefill([ROW.slice(0, 23)]);
      const { logits } = await session.decode([ROW.slice(23)]);
      return { logits: logits.data as Float32Array, slots: session.slots[0] };
    });
    expect(exact.slots).toBe(fresh.slots);
    expect(largestDifference(exact.logits, fresh.logits)).toBeLessThan(TOLERANCE);
    const kv = await streamed(model, 'kv');
    expect(kv.slots).toBe(exact.slots);
    expect(kv.logits.every(Number.isFinite)).toBe(true);
    model.dispose();
  });

  it('are told where they cache what sessions have anyway, or tokens that are no second axis', async () => {
    const streams = await modelOf('mix', (x, scope) => {
      scope.cached('positions', scope.tokens.positionIds);
      return attend(x, scope);
    });
    expect(() => streams.session()).toThrow(expect.objectContaining({ code: 'compile.cache' }));
    const headsFirst = await modelOf('mix', (x, scope) => {
      scope.cached('k', transpose(splitHeads(x, 2), [0, 2, 1, 3]));
      return mul(x, x);
    });
    expect(() => headsFirst.session()).toThrow(/the tokens of a cache must be axis 1/);
    for (const model of [streams, headsFirst]) model.dispose();
  });
});
