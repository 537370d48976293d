import { code, type Expression, mapParts, type NumberExpression } from '../written-source/expression.js';

/** What configs of Hugging Face call the numbers of a model. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  VOCAB_SIZE: ['vocab_size'],
  HIDDEN_SIZE: ['hidden_size', 'n_embd', 'd_model'],
  EMBEDDING_SCALE: ['embedding_multiplier'],
  EMBEDDING_SIZE: ['word_embed_proj_dim'],
  LAYERS: ['num_hidden_layers', 'n_layer', 'n_layers', 'num_layers'],
  HEADS: ['num_attention_heads', 'n_head', 'n_heads', 'num_heads'],
  KV_HEADS: ['num_key_value_heads', 'num_kv_heads', 'n_head_kv'],
  HEAD_DIM: ['head_dim'],
  INTERMEDIATE_SIZE: ['intermediate_size', 'n_inner', 'ffn_dim', 'ffn_hidden_size'],
  NORM_EPS: ['rms_norm_eps', 'layer_norm_eps', 'layer_norm_epsilon', 'norm_eps', 'norm_epsilon'],
  ROPE_THETA: ['rope_theta', 'rotary_emb_base'],
  ROTARY_DIM: ['rotary_dim'],
  SLIDING_WINDOW: ['sliding_window', 'window_size'],
  ATTENTION_SCALE: ['attention_multiplier'],
  ATTENTION_SOFTCAP: ['attn_logit_softcapping'],
  RESIDUAL_SCALE: ['residual_multiplier'],
  LOGIT_SOFTCAP: ['final_logit_softcapping'],
  LOGIT_SCALE: ['logit_scale'],
  EXPERTS: ['num_local_experts', 'num_experts'],
  EXPERT_SIZE: ['moe_intermediate_size', 'intermediate_size'],
  SHARED_EXPERT_SIZE: ['shared_expert_intermediate_size'],
  ACTIVE_EXPERTS: ['num_experts_per_tok'],
  MAX_POSITIONS: ['max_position_embeddings', 'n_positions', 'n_ctx', 'max_seq_len'],
};

/** The numbers of a model by the names of their constants. */
export class NamedConstants {
  readonly #values = new Map<string, number>();
  readonly #config: Readonly<Record<string, unknown>>;

  constructor(config: Readonly<Record<string, unknown>>) {
    this.#config = config;
  }

  /** The name of a number; another value under the same name gets a number behind it. */
  name(constant: string, value: number): string {
    for (let count = 1; ; count++) {
      const name = count === 1 ? constant : `${constant}_${count}`;
      const known = this.#values.get(name) ?? value;
      if (known !== value) continue;
      this.#values.set(name, value);
      return name;
    }
  }

  /** The expression with names in place of numbers that have one. */
  nameNumbers(expression: Expression): Expression {
    return expression.kind === 'number'
      ? this.#named(expression)
      : mapParts(expression, (part) => this.nameNumbers(part));
  }

  /** A line for each constant, with the field of the config that it comes from. */
  declarations(print: (value: number) => string): string[] {
    return [...this.#values].map(([name, value]) => {
      const field = FIELDS[name]?.find((candidate) => this.#config[candidate] === value);
      return `const ${name} = ${this.#definition(name, value, print)};${field === undefined ? '' : ` // ${field}`}`;
    });
  }

  #named(expression: NumberExpression): Expression {
    const { constant, value } = expression;
    return constant === undefined ? expression : code(this.name(constant, value));
  }

  /** Roots are written as roots where that gives the same number. */
  #definition(name: string, value: number, print: (value: number) => string): string {
    const hidden = this.#values.get('HIDDEN_SIZE');
    if (name === 'EMBEDDING_SCALE' && hidden !== undefined && value === Math.sqrt(hidden)) {
      return 'Math.sqrt(HIDDEN_SIZE)';
    }
    const size = Math.round(value ** -2);
    if (name.startsWith('ATTENTION_SCALE') && size > 1 && size ** -0.5 === value) return `${size} ** -0.5`;
    return print(value);
  }
}
