import { describe, it } from 'vitest';
import { expectRefusal } from './expect-refusal.js';
import { type Config, tinyModelFolder } from './tiny-model-folder.js';

function without(field: string): (config: Config) => Config {
  return ({ [field]: _, ...rest }) => rest;
}

function with_(fields: Config): (config: Config) => Config {
  return (config) => ({ ...config, ...fields });
}

describe('config.json is refused', () => {
  it.each<[string, (config: Config) => Config, string[]]>([
    ['without hidden_size', without('hidden_size'), ['hidden_size']],
    ['without num_hidden_layers', without('num_hidden_layers'), ['num_hidden_layers']],
    ['without model_type', without('model_type'), ['model_type']],
    ['of an unknown model_type', with_({ model_type: 'perceptron' }), ['perceptron', 'llama', 'mistral']],
    [
      'with unknown arithmetic',
      with_({ attn_logit_softcapping: 50 }),
      ['attn_logit_softcapping', 'hidden_size'],
    ],
    ['with an unknown activation', with_({ hidden_act: 'mish' }), ['mish', 'silu']],
    [
      'with an unknown RoPE scaling',
      with_({ rope_scaling: { rope_type: 'spiral', factor: 2 } }),
      ['spiral', 'llama3'],
    ],
    ['with a RoPE scaling that lacks its factor', with_({ rope_scaling: { type: 'linear' } }), ['factor']],
    ['with a size in words', with_({ hidden_size: 'large' }), ['hidden_size']],
    ['with a negative size', with_({ vocab_size: -96 }), ['vocab_size']],
    ['with a fraction of a layer', with_({ num_hidden_layers: 2.5 }), ['num_hidden_layers']],
    ['whose heads do not divide the states', with_({ num_attention_heads: 5 }), ['5', 'num_attention_heads']],
    [
      'whose key heads do not divide the heads',
      with_({ num_key_value_heads: 3 }),
      ['3 heads', 'num_key_value_heads'],
    ],
  ])('%s', async (_, config, cause) => {
    await expectRefusal(['inspect', '--model', await tinyModelFolder({ config })], cause);
  });

  it.each<[string, string, string[]]>([
    ['that is no JSON', '{"model_type": "llama",', ['config.json', 'JSON']],
    ['that is empty', '', ['config.json', 'JSON']],
    ['that is a list', '[]', ['config.json', 'JSON object']],
  ])('%s', async (_, text, cause) => {
    const folder = await tinyModelFolder({ files: { 'config.json': text } });
    await expectRefusal(['inspect', '--model', folder], cause);
  });

  it('that asks for a model of another size than the weights have', async () => {
    const folder = await tinyModelFolder({ config: with_({ intermediate_size: 128 }) });
    await expectRefusal(['logits', '--model', folder, '--tokens', '1'], ['mlp.gate_proj.weight', '[128,32]']);
  });
});

describe('a tokenizer is refused', () => {
  it.each<[string, string]>([
    ['that is no JSON', '{'],
    ['of another kind', '{"model": {"type": "Telepathy"}}'],
  ])('%s', async (_, text) => {
    const folder = await tinyModelFolder({ files: { 'tokenizer.json': text } });
    await expectRefusal(['generate', '--model', folder, '--prompt', 'x'], ['tokenizer.json']);
  });
});
