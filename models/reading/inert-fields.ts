/** Fields of config.json that describe files, training or exporting and change nothing of the arithmetic. */
const DESCRIPTIVE = [
  '_attn_implementation',
  '_name_or_path',
  'architectures',
  'auto_map',
  'chunk_size_feed_forward',
  'custom_pipelines',
  'dtype',
  'finetuning_task',
  'id2label',
  'initializer_range',
  'is_decoder',
  'is_llama_config',
  'label2id',
  'language',
  'model_type',
  'output_attentions',
  'output_hidden_states',
  'prefix',
  'pretraining_tp',
  'problem_type',
  'return_dict',
  'return_dict_in_generate',
  'task_specific_params',
  'tokenizer_class',
  'torch_dtype',
  'torchscript',
  'transformers.js_config',
  'transformers_version',
  'unsloth_fixed',
  'unsloth_version',
  'use_bfloat16',
  'use_cache',
];

/** Defaults of generation, which older versions of transformers wrote into config.json (its `GenerationConfig`). */
const GENERATION = [
  'bad_words_ids',
  'begin_suppress_tokens',
  'diversity_penalty',
  'do_sample',
  'early_stopping',
  'encoder_no_repeat_ngram_size',
  'exponential_decay_length_penalty',
  'length_penalty',
  'max_length',
  'max_new_tokens',
  'min_length',
  'no_repeat_ngram_size',
  'num_beam_groups',
  'num_beams',
  'num_return_sequences',
  'output_scores',
  'remove_invalid_values',
  'repetition_penalty',
  'suppress_tokens',
  'temperature',
  'top_k',
  'top_p',
  'typical_p',
];

/** Fields that training drops activations by, and ids of special tokens, under the names that architectures give them. */
const PATTERN = /^([\w.]*_)?(dropout|pdrop|drop|dropout_prob|dropout_rate|layerdrop|token_id)$/;

const NAMES = new Set([...DESCRIPTIVE, ...GENERATION]);

/** Fields that would change everything, and that configs of decoders write out with the value that changes nothing. */
const NEUTRAL: Readonly<Record<string, unknown>> = {
  add_cross_attention: false,
  is_encoder_decoder: false,
  tie_encoder_decoder: false,
};

/** Whether a field of any architecture's config changes nothing of the arithmetic. */
export function isInertField(field: string, value: unknown): boolean {
  return NAMES.has(field) || PATTERN.test(field) || (field in NEUTRAL && NEUTRAL[field] === value);
}
