import {
  causal,
  decoder,
  defineModel,
  gatedMlp,
  LanguageModel,
  lmHead,
  openBackend,
  randomParameters,
  repeat,
  residual,
  rmsNorm,
  rope,
  selfAttention,
  tokenEmbedding,
} from 'geodesic';

export const WORDS = 'the code that was given to Ada is 4711 , as far as I can tell'.split(' ');
export const MERGE = { afterLayer: 1, keepStart: 1, keepEnd: 3 };
export const MERGED = 'tokens/2@1';

const vocabulary = [...new Set(WORDS)];
export const IDS = WORDS.map((word) => vocabulary.indexOf(word));

/** Words as tokens: enough of a tokenizer for a merge to know what it protects. */
const tokenizer = {
  vocabSize: vocabulary.length,
  eosTokenIds: [],
  encode: (text) => text.split(' ').map((word) => vocabulary.indexOf(word)),
  decode: (ids) => ids.map((id) => ` ${vocabulary[id]}`).join(''),
  idToToken: (id) => vocabulary[id],
  isSpecial: () => false,
};

/** Whether the defaults protect a word: digits and capitals. */
export const isProtected = (word) => /^[\dA-Z]/.test(word);

/** A model of four layers with random weights, and attention that looks back `window` tokens. */
export async function exampleModel(window) {
  const definition = defineModel('example', () =>
    decoder({
      embed: tokenEmbedding({ vocab: vocabulary.length, dim: 32 }),
      layers: repeat(4, () => [
        residual(
          rmsNorm({ eps: 1e-5 }),
          selfAttention({
            heads: 2,
            headDim: 16,
            position: rope({ theta: 10000 }),
            mask: causal({ window }),
          }),
        ),
        residual(rmsNorm({ eps: 1e-5 }), gatedMlp({ dim: 64, activation: 'silu' })),
      ]),
      norm: rmsNorm({ eps: 1e-5 }),
      head: lmHead({ tied: true }),
    }),
  )();
  const device = await openBackend('cpu');
  return new LanguageModel({
    definition,
    config: { vocabSize: vocabulary.length, numHiddenLayers: 4, maxPositionEmbeddings: 512 },
    device,
    parameters: randomParameters(definition, device, { seed: 1 }),
    tokenizer,
  });
}

/** The values of these names in a prefill of the example, with the slots and what each predicts. */
export async function exampleStep(model, capture, options = { merge: MERGE }) {
  const session = model.session({ ...options, logits: 'all', capture });
  const { captured, merges, targets } = await session.prefill([IDS]);
  session.dispose();
  return {
    value: (name) => Array.from(captured.get(name).data),
    slots: merges[0]?.rows[0] ?? [],
    targets: Array.from(targets.data),
  };
}
