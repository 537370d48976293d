"""config.json of every tiny checkpoint, written as the hub's files of its family are written.

Older files say rope_theta, rope_scaling, sliding_window and rope_local_base_freq, newer ones rope_parameters and
layer_types; where a family has both, both are here. A field that does nothing (dropout, a window that is switched off,
names of older software) is here where real files have it.
"""

SHAPE = {
    "hidden_size": 32,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 96,
    "hidden_act": "silu",
    "initializer_range": 0.2,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "torch_dtype": "float32",
}
LLAMA = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "rms_norm_eps": 1e-5, **SHAPE}
MISTRAL = {"architectures": ["MistralForCausalLM"], "model_type": "mistral", "rms_norm_eps": 1e-6, **SHAPE}

# Stored as float32, with every kind of golden.
FLOAT32_CONFIGS = {
    "tiny-llama": LLAMA
    | {"intermediate_size": 64, "max_position_embeddings": 512, "tie_word_embeddings": True, "rope_theta": 10000.0},
    "tiny-llama3": LLAMA
    | {
        "intermediate_size": 64,
        "max_position_embeddings": 512,
        "tie_word_embeddings": True,
        "rope_theta": 10000.0,
        # 64 original positions put one frequency of head_dim 8 on each side of the ramp and one on it.
        "rope_scaling": {
            "rope_type": "llama3",
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64,
        },
    },
    "tiny-llama-bias": LLAMA
    | {
        "intermediate_size": 64,
        "max_position_embeddings": 512,
        "tie_word_embeddings": False,
        "attention_bias": True,
        "mlp_bias": True,
        "rope_parameters": {"rope_type": "default", "rope_theta": 500000.0},
    },
    # head_dim 16 is not hidden_size / num_attention_heads.
    "tiny-mistral": MISTRAL
    | {
        "intermediate_size": 48,
        "head_dim": 16,
        "max_position_embeddings": 8192,
        "sliding_window": 4096,
        "tie_word_embeddings": False,
        "rope_theta": 10000.0,
    },
    "tiny-mistral-window": MISTRAL
    | {
        "intermediate_size": 48,
        "max_position_embeddings": 8192,
        "sliding_window": 8,
        "tie_word_embeddings": False,
        "rope_theta": 10000.0,
    },
}

# The fields that most families share. Every window is 8 and every original context 16: lengths 12 and 33 lie around them.
COMMON = {
    "hidden_size": 32,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "vocab_size": 64,
    "initializer_range": 0.02,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "torch_dtype": "bfloat16",
    "use_cache": True,
}
GATED = COMMON | {"intermediate_size": 48, "hidden_act": "silu", "num_key_value_heads": 2, "attention_dropout": 0.0}


def named(architecture: str, model_type: str, *parts: dict) -> dict:
    """A config: what it is first, then its fields."""
    fields: dict = {"architectures": [architecture], "model_type": model_type}
    for part in parts:
        fields |= part
    return fields


LLAMA_SCALED = (
    "LlamaForCausalLM",
    "llama",
    GATED,
    {"rms_norm_eps": 1e-5, "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": False, "pretraining_tp": 1},
)
MIXTRAL = (
    "MixtralForCausalLM",
    "mixtral",
    GATED,
    {
        "max_position_embeddings": 32768,
        "num_experts_per_tok": 2,
        "num_local_experts": 4,
        "output_router_logits": False,
        "rms_norm_eps": 1e-5,
        "router_aux_loss_coef": 0.02,
        "tie_word_embeddings": False,
    },
)
QWEN2 = ("Qwen2ForCausalLM", "qwen2", GATED, {"rms_norm_eps": 1e-6, "max_position_embeddings": 32768})
QWEN3 = (
    "Qwen3ForCausalLM",
    "qwen3",
    GATED,
    {"head_dim": 16, "rms_norm_eps": 1e-6, "max_position_embeddings": 40960, "attention_bias": False},
)
QWEN_EXPERTS = {
    "decoder_sparse_step": 1,
    "mlp_only_layers": [],
    "moe_intermediate_size": 24,
    "num_experts": 4,
    "num_experts_per_tok": 2,
    "output_router_logits": False,
    "router_aux_loss_coef": 0.001,
    "tie_word_embeddings": False,
}
# Gemma's files don't say tie_word_embeddings: it is true.
GEMMA = COMMON | {
    "intermediate_size": 48,
    "head_dim": 16,
    "bos_token_id": 2,
    "eos_token_id": 1,
    "pad_token_id": 0,
    "rms_norm_eps": 1e-6,
    "attention_bias": False,
    "attention_dropout": 0.0,
}
GEMMA2 = (
    "Gemma2ForCausalLM",
    "gemma2",
    GEMMA,
    {
        "num_key_value_heads": 2,
        "hidden_act": "gelu_pytorch_tanh",
        "hidden_activation": "gelu_pytorch_tanh",
        "max_position_embeddings": 8192,
        "sliding_window": 8,
        "cache_implementation": "hybrid",
        "query_pre_attn_scalar": 24,
    },
)
GEMMA3 = (
    "Gemma3ForCausalLM",
    "gemma3_text",
    GEMMA,
    {
        "num_key_value_heads": 1,
        "hidden_activation": "gelu_pytorch_tanh",
        "max_position_embeddings": 32768,
        "sliding_window": 8,
        "query_pre_attn_scalar": 24,
        "attn_logit_softcapping": None,
        "final_logit_softcapping": None,
    },
)
PHI3 = (
    "Phi3ForCausalLM",
    "phi3",
    COMMON,
    {
        "intermediate_size": 48,
        "hidden_act": "silu",
        "attention_dropout": 0.0,
        "resid_pdrop": 0.0,
        "embd_pdrop": 0.0,
        "pad_token_id": 0,
        "rms_norm_eps": 1e-5,
    },
)
LONGROPE = {"original_max_position_embeddings": 16, "max_position_embeddings": 64, "rope_theta": 10000.0}
PHI = (
    "PhiForCausalLM",
    "phi",
    COMMON,
    {
        "intermediate_size": 48,
        "hidden_act": "gelu_new",
        "attention_dropout": 0.0,
        "embd_pdrop": 0.0,
        "resid_pdrop": 0.1,
        "layer_norm_eps": 1e-5,
        "max_position_embeddings": 2048,
        "partial_rotary_factor": 0.5,
        "rope_scaling": None,
        "rope_theta": 10000.0,
        "tie_word_embeddings": False,
    },
)
# Heads of 16, a quarter of them rotated.
STABLELM = (
    "StableLmForCausalLM",
    "stablelm",
    GATED,
    {
        "hidden_size": 64,
        "layer_norm_eps": 1e-5,
        "max_position_embeddings": 4096,
        "partial_rotary_factor": 0.25,
        "rope_theta": 10000,
        "tie_word_embeddings": False,
        "attention_dropout": 0.0,
        "hidden_dropout": 0.0,
    },
)
# Half of each head of 16 is rotated, as where a file doesn't say partial_rotary_factor.
GLM = GATED | {
    "head_dim": 16,
    "max_position_embeddings": 32768,
    "pad_token_id": 0,
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
    "tie_word_embeddings": False,
}
GPT2 = (
    "GPT2LMHeadModel",
    "gpt2",
    {
        "attn_pdrop": 0.1,
        "bos_token_id": 1,
        "embd_pdrop": 0.1,
        "eos_token_id": 1,
        "initializer_range": 0.02,
        "layer_norm_epsilon": 1e-5,
        "n_ctx": 64,
        "n_embd": 32,
        "n_head": 4,
        "n_layer": 4,
        "n_positions": 64,
        "resid_pdrop": 0.1,
        "summary_activation": None,
        "summary_first_dropout": 0.1,
        "summary_proj_to_labels": True,
        "summary_type": "cls_index",
        "summary_use_proj": True,
        "vocab_size": 64,
    },
)
GPT_BIGCODE = (
    "GPTBigCodeForCausalLM",
    "gpt_bigcode",
    {
        "attention_softmax_in_fp32": True,
        "attn_pdrop": 0.1,
        "bos_token_id": 1,
        "embd_pdrop": 0.1,
        "eos_token_id": 1,
        "initializer_range": 0.02,
        "layer_norm_epsilon": 1e-5,
        "n_embd": 32,
        "n_head": 4,
        "n_inner": 48,
        "n_layer": 4,
        "n_positions": 64,
        "resid_pdrop": 0.1,
        "scale_attention_softmax_in_fp32": True,
        "scale_attn_weights": True,
        "use_cache": True,
        "vocab_size": 64,
    },
)
GPT_NEOX = (
    "GPTNeoXForCausalLM",
    "gpt_neox",
    COMMON,
    {
        "hidden_size": 64,
        "intermediate_size": 48,
        "layer_norm_eps": 1e-5,
        "max_position_embeddings": 2048,
        "rotary_emb_base": 10000,
        "tie_word_embeddings": False,
    },
)
OPT = (
    "OPTForCausalLM",
    "opt",
    {
        "_remove_final_layer_norm": False,
        "attention_dropout": 0.0,
        "bos_token_id": 2,
        "dropout": 0.1,
        "eos_token_id": 2,
        "ffn_dim": 48,
        "hidden_size": 32,
        "init_std": 0.02,
        "layerdrop": 0.0,
        "max_position_embeddings": 64,
        "num_attention_heads": 4,
        "num_hidden_layers": 4,
        "pad_token_id": 1,
        "prefix": "</s>",
        "torch_dtype": "bfloat16",
        "use_cache": True,
        "vocab_size": 64,
    },
)
FALCON = (
    "FalconForCausalLM",
    "falcon",
    COMMON,
    {
        "alibi": False,
        "apply_residual_connection_post_layernorm": False,
        "attention_dropout": 0.0,
        "bias": False,
        "hidden_dropout": 0.0,
        "layer_norm_epsilon": 1e-5,
        "parallel_attn": True,
    },
)
# Six heads: not a power of two, where the slopes of ALiBi follow a second rule.
BLOOM = (
    "BloomForCausalLM",
    "bloom",
    {
        "attention_dropout": 0.0,
        "attention_softmax_in_fp32": True,
        "bias_dropout_fusion": True,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "hidden_dropout": 0.0,
        "initializer_range": 0.02,
        "layer_norm_epsilon": 1e-5,
        "masked_softmax_fusion": True,
        "n_inner": None,
        "n_layer": 4,
        "offset_alibi": 100,
        "pad_token_id": 3,
        "pretraining_tp": 1,
        "skip_bias_add": True,
        "skip_bias_add_qkv": False,
        "slow_but_exact": False,
        "unk_token_id": 0,
        "vocab_size": 64,
    },
)
MPT_ATTENTION = {
    "alibi": True,
    "alibi_bias_max": 8,
    "attn_impl": "torch",
    "attn_pdrop": 0,
    "attn_type": "multihead_attention",
    "attn_uses_sequence_id": False,
    "clip_qkv": None,
    "prefix_lm": False,
    "qk_ln": False,
    "softmax_scale": None,
}
# learned_pos_emb is true in real files too: with alibi it means nothing.
MPT = (
    "MPTForCausalLM",
    "mpt",
    {
        "emb_pdrop": 0,
        "embedding_fraction": 1.0,
        "expansion_ratio": 4,
        "init_device": "cpu",
        "learned_pos_emb": True,
        "logit_scale": None,
        "max_seq_len": 64,
        "n_layers": 4,
        "no_bias": True,
        "norm_type": "low_precision_layernorm",
        "resid_pdrop": 0,
        "torch_dtype": "bfloat16",
        "use_cache": False,
        "vocab_size": 64,
    },
)
COHERE = (
    "CohereForCausalLM",
    "cohere",
    GATED,
    {
        "bos_token_id": 5,
        "eos_token_id": 6,
        "pad_token_id": 0,
        "attention_bias": False,
        "layer_norm_eps": 1e-5,
        "logit_scale": 0.25,
        "max_position_embeddings": 8192,
    },
)
SMOLLM3 = (
    "SmolLM3ForCausalLM",
    "smollm3",
    GATED,
    {
        "attention_bias": False,
        "max_position_embeddings": 65536,
        "mlp_bias": False,
        "pad_token_id": 0,
        "rms_norm_eps": 1e-6,
    },
)

# Stored as bfloat16: every family, every feature that its real checkpoints switch.
BFLOAT16_CONFIGS = {
    "tiny-llama-linear": named(
        *LLAMA_SCALED,
        {"max_position_embeddings": 64, "rope_theta": 10000.0, "rope_scaling": {"type": "linear", "factor": 4.0}},
    ),
    "tiny-llama-dynamic": named(
        *LLAMA_SCALED,
        {"max_position_embeddings": 16, "rope_theta": 10000.0, "rope_scaling": {"type": "dynamic", "factor": 4.0}},
    ),
    # Base 100 and heads of 16 put one frequency on yarn's ramp.
    "tiny-llama-yarn": named(
        *LLAMA_SCALED,
        {
            "head_dim": 16,
            "max_position_embeddings": 64,
            "rope_parameters": {
                "rope_type": "yarn",
                "rope_theta": 100.0,
                "factor": 4.0,
                "original_max_position_embeddings": 16,
            },
        },
    ),
    "tiny-mixtral": named(*MIXTRAL, {"rope_theta": 1000000.0, "sliding_window": None}),
    "tiny-mixtral-window": named(
        *MIXTRAL, {"rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}, "sliding_window": 8}
    ),
    # The window is there and switched off.
    "tiny-qwen2": named(
        *QWEN2,
        {
            "max_window_layers": 2,
            "rope_theta": 1000000.0,
            "sliding_window": 8,
            "tie_word_embeddings": True,
            "use_sliding_window": False,
        },
    ),
    "tiny-qwen2-window": named(
        *QWEN2,
        {
            "max_window_layers": 2,
            "rope_theta": 10000.0,
            "sliding_window": 8,
            "tie_word_embeddings": False,
            "use_sliding_window": True,
        },
    ),
    "tiny-qwen3": named(
        *QWEN3,
        {
            "max_window_layers": 4,
            "rope_scaling": None,
            "rope_theta": 1000000,
            "sliding_window": None,
            "tie_word_embeddings": True,
            "use_sliding_window": False,
        },
    ),
    "tiny-qwen3-window": named(
        *QWEN3,
        {
            "layer_types": ["sliding_attention", "full_attention", "full_attention", "sliding_attention"],
            "max_window_layers": 4,
            "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
            "sliding_window": 8,
            "tie_word_embeddings": False,
            "use_sliding_window": True,
        },
    ),
    # Probabilities of experts as they are; of the first three layers, those with an even number have the window.
    "tiny-qwen2-moe": named(
        "Qwen2MoeForCausalLM",
        "qwen2_moe",
        *QWEN2[2:],
        QWEN_EXPERTS,
        {
            "max_window_layers": 3,
            "mlp_only_layers": [2],
            "norm_topk_prob": False,
            "rope_theta": 1000000.0,
            "shared_expert_intermediate_size": 20,
            "sliding_window": 8,
            "use_sliding_window": True,
        },
    ),
    # Mixtures in the second layer and the fourth.
    "tiny-qwen3-moe": named(
        "Qwen3MoeForCausalLM",
        "qwen3_moe",
        *QWEN3[2:],
        QWEN_EXPERTS,
        {
            "decoder_sparse_step": 2,
            "max_window_layers": 4,
            "norm_topk_prob": True,
            "rope_scaling": None,
            "rope_theta": 1000000.0,
            "sliding_window": 8,
            "use_sliding_window": True,
        },
    ),
    # "gelu" in a file of Gemma means the tanh approximation.
    "tiny-gemma": named(
        "GemmaForCausalLM",
        "gemma",
        GEMMA,
        {
            "num_key_value_heads": 1,
            "hidden_act": "gelu",
            "max_position_embeddings": 8192,
            "rope_scaling": None,
            "rope_theta": 10000.0,
        },
    ),
    "tiny-gemma2": named(
        *GEMMA2, {"rope_theta": 10000.0, "attn_logit_softcapping": 2.0, "final_logit_softcapping": 3.0}
    ),
    "tiny-gemma2-nocap": named(
        *GEMMA2,
        {
            "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention"],
            "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
            "attn_logit_softcapping": None,
            "final_logit_softcapping": None,
        },
    ),
    # Seven layers: the sixth is global.
    "tiny-gemma3": named(
        *GEMMA3,
        {
            "num_hidden_layers": 7,
            "cache_implementation": "hybrid",
            "rope_local_base_freq": 10000,
            "rope_scaling": None,
            "rope_theta": 1000000,
            "sliding_window_pattern": 6,
        },
    ),
    "tiny-gemma3-linear": named(
        *GEMMA3,
        {
            "rope_local_base_freq": 10000.0,
            "rope_scaling": {"factor": 8.0, "rope_type": "linear"},
            "rope_theta": 1000000.0,
            "sliding_window_pattern": 2,
        },
    ),
    "tiny-gemma3-layer-types": named(
        *GEMMA3,
        {
            "layer_types": ["sliding_attention", "sliding_attention", "full_attention", "sliding_attention"],
            "rope_parameters": {
                "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0},
                "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
            },
            "use_bidirectional_attention": False,
        },
    ),
    "tiny-phi3": named(
        *PHI3,
        {
            "num_key_value_heads": 4,
            "max_position_embeddings": 4096,
            "original_max_position_embeddings": 4096,
            "rope_scaling": None,
            "rope_theta": 10000.0,
            "sliding_window": 8,
            "tie_word_embeddings": False,
        },
    ),
    "tiny-phi3-longrope": named(
        *PHI3,
        LONGROPE,
        {
            "num_key_value_heads": 2,
            "rope_scaling": {
                "long_factor": [1.0, 2.0, 4.0, 8.0],
                "short_factor": [1.0, 1.25, 1.5, 2.0],
                "type": "longrope",
            },
            "sliding_window": 262144,
            "tie_word_embeddings": False,
        },
    ),
    "tiny-phi3-partial": named(
        *PHI3,
        LONGROPE,
        {
            "num_key_value_heads": 2,
            "partial_rotary_factor": 0.5,
            "rope_scaling": {"long_factor": [1.0, 6.0], "short_factor": [1.0, 1.5], "type": "longrope"},
            "sliding_window": 262144,
            "tie_word_embeddings": True,
        },
    ),
    # Heads of 16, half of each rotated.
    "tiny-nemotron": named(
        "NemotronForCausalLM",
        "nemotron",
        GATED,
        {
            "attention_bias": True,
            "head_dim": 16,
            "hidden_act": "relu2",
            "max_position_embeddings": 4096,
            "mlp_bias": True,
            "norm_eps": 1e-5,
            "partial_rotary_factor": 0.5,
            "rope_theta": 10000,
            "tie_word_embeddings": False,
        },
    ),
    "tiny-arcee": named(
        "ArceeForCausalLM",
        "arcee",
        GATED,
        {
            "attention_bias": False,
            "head_dim": 8,
            "hidden_act": "relu2",
            "max_position_embeddings": 64,
            "mlp_bias": False,
            "rms_norm_eps": 1e-5,
            "rope_scaling": {
                "beta_fast": 32.0,
                "beta_slow": 1.0,
                "factor": 4.0,
                "mscale": 1.0,
                "original_max_position_embeddings": 16,
                "rope_type": "yarn",
            },
            "rope_theta": 100.0,
            "tie_word_embeddings": False,
        },
    ),
    "tiny-seed-oss": named(
        "SeedOssForCausalLM",
        "seed_oss",
        GATED,
        {
            "attention_bias": True,
            "attention_out_bias": False,
            "head_dim": 16,
            "max_position_embeddings": 524288,
            "mlp_bias": False,
            "pad_token_id": 0,
            "residual_dropout": 0.1,
            "rms_norm_eps": 1e-6,
            "rope_scaling": {"rope_type": "default"},
            "rope_theta": 10000000.0,
            "tie_word_embeddings": False,
        },
    ),
    "tiny-helium": named(
        "HeliumForCausalLM",
        "helium",
        GATED,
        {
            "attention_bias": False,
            "head_dim": 8,
            "max_position_embeddings": 4096,
            "mlp_bias": False,
            "pad_token_id": 0,
            "rms_norm_eps": 1e-8,
            "rope_theta": 100000.0,
            "tie_word_embeddings": False,
        },
    ),
    "tiny-glm": named("GlmForCausalLM", "glm", GLM, {"attention_bias": True}),
    "tiny-glm4": named("Glm4ForCausalLM", "glm4", GLM, {"attention_bias": False, "partial_rotary_factor": 0.5}),
    "tiny-phi": named(*PHI, {"num_key_value_heads": 4, "qk_layernorm": False}),
    "tiny-phi-qknorm": named(*PHI, {"num_key_value_heads": 2, "qk_layernorm": True}),
    "tiny-stablelm": named(
        *STABLELM, {"use_qkv_bias": True, "use_parallel_residual": False, "qk_layernorm": False}
    ),
    "tiny-stablelm-parallel": named(
        *STABLELM, {"use_qkv_bias": False, "use_parallel_residual": True, "qk_layernorm": True}
    ),
    "tiny-gpt2": named(*GPT2, {"activation_function": "gelu_new"}),
    "tiny-gpt2-scaled": named(
        *GPT2,
        {
            "activation_function": "gelu",
            "n_inner": 48,
            "reorder_and_upcast_attn": True,
            "scale_attn_by_inverse_layer_idx": True,
            "scale_attn_weights": True,
        },
    ),
    "tiny-gpt-bigcode": named(*GPT_BIGCODE, {"activation_function": "gelu_pytorch_tanh", "multi_query": True}),
    "tiny-gpt-bigcode-multi-head": named(*GPT_BIGCODE, {"activation_function": "gelu", "multi_query": False}),
    "tiny-gpt-neo": named(
        "GPTNeoForCausalLM",
        "gpt_neo",
        {
            "activation_function": "gelu_new",
            "attention_dropout": 0,
            "attention_layers": ["global", "local", "global", "local"],
            "attention_types": [[["global", "local"], 2]],
            "bos_token_id": 1,
            "embed_dropout": 0,
            "eos_token_id": 1,
            "hidden_size": 32,
            "initializer_range": 0.02,
            "intermediate_size": None,
            "layer_norm_epsilon": 1e-5,
            "max_position_embeddings": 64,
            "num_heads": 4,
            "num_layers": 4,
            "resid_dropout": 0,
            "use_cache": True,
            "vocab_size": 64,
            "window_size": 8,
        },
    ),
    "tiny-gptj": named(
        "GPTJForCausalLM",
        "gptj",
        {
            "activation_function": "gelu_new",
            "attn_pdrop": 0.0,
            "bos_token_id": 1,
            "embd_pdrop": 0.0,
            "eos_token_id": 1,
            "initializer_range": 0.02,
            "layer_norm_epsilon": 1e-5,
            "n_embd": 32,
            "n_head": 4,
            "n_inner": None,
            "n_layer": 4,
            "n_positions": 64,
            "resid_pdrop": 0.0,
            "rotary": True,
            "rotary_dim": 4,
            "scale_attn_weights": True,
            "tie_word_embeddings": False,
            "use_cache": True,
            "vocab_size": 64,
        },
    ),
    # Eight heads: two in each of the four runs of rows that hold queries, values and keys.
    "tiny-codegen": named(
        "CodeGenForCausalLM",
        "codegen",
        {
            "activation_function": "gelu_new",
            "attn_pdrop": 0.0,
            "bos_token_id": 1,
            "embd_pdrop": 0.0,
            "eos_token_id": 1,
            "gradient_checkpointing": False,
            "initializer_range": 0.02,
            "layer_norm_epsilon": 1e-5,
            "n_ctx": 64,
            "n_embd": 48,
            "n_head": 8,
            "n_inner": 48,
            "n_layer": 4,
            "n_positions": 64,
            "resid_pdrop": 0.0,
            "rotary_dim": 4,
            "scale_attn_weights": True,
            "tie_word_embeddings": False,
            "use_cache": True,
            "vocab_size": 64,
        },
    ),
    "tiny-gpt-neox": named(
        *GPT_NEOX, {"hidden_act": "gelu_fast", "rotary_pct": 0.25, "use_parallel_residual": True}
    ),
    "tiny-gpt-neox-sequential": named(
        *GPT_NEOX,
        {
            "attention_bias": False,
            "hidden_act": "gelu",
            "hidden_size": 32,
            "rotary_pct": 1.0,
            "use_parallel_residual": False,
        },
    ),
    "tiny-opt": named(*OPT, {"activation_function": "relu", "do_layer_norm_before": True, "word_embed_proj_dim": 32}),
    "tiny-opt-post-norm": named(
        *OPT, {"activation_function": "relu", "do_layer_norm_before": False, "word_embed_proj_dim": 16}
    ),
    "tiny-opt-no-bias": named(
        *OPT,
        {
            "activation_function": "gelu",
            "do_layer_norm_before": True,
            "enable_bias": False,
            "layer_norm_elementwise_affine": False,
            "word_embed_proj_dim": 32,
        },
    ),
    "tiny-falcon": named(*FALCON, {"multi_query": True, "new_decoder_architecture": False}),
    "tiny-falcon-new": named(*FALCON, {"multi_query": True, "new_decoder_architecture": True, "num_kv_heads": 2}),
    # Falcon 2: the new architecture with one norm, an untied head and its own feed-forward size.
    "tiny-falcon-single-norm": named(
        *FALCON,
        {
            "ffn_hidden_size": 48,
            "multi_query": True,
            "new_decoder_architecture": True,
            "num_kv_heads": 2,
            "num_ln_in_parallel_attn": 1,
            "rope_theta": 500042.0,
            "tie_word_embeddings": False,
        },
    ),
    "tiny-falcon-alibi": named(
        *FALCON,
        {"alibi": True, "bias": True, "multi_query": False, "new_decoder_architecture": False, "parallel_attn": False},
    ),
    "tiny-bloom": named(
        *BLOOM, {"apply_residual_connection_post_layernorm": False, "n_embed": 48, "n_head": 6}
    ),
    "tiny-bloom-post-norm": named(
        *BLOOM, {"apply_residual_connection_post_layernorm": True, "hidden_size": 32, "n_head": 4}
    ),
    "tiny-mpt": named(*MPT, {"attn_config": MPT_ATTENTION, "d_model": 32, "n_heads": 4}),
    "tiny-mpt-clip": named(
        *MPT,
        {
            "attn_config": MPT_ATTENTION | {"alibi_bias_max": 16, "clip_qkv": 1.0, "softmax_scale": 0.5},
            "d_model": 48,
            "n_heads": 6,
        },
    ),
    # Its files don't say tie_word_embeddings: it is true.
    "tiny-starcoder2": named(
        "Starcoder2ForCausalLM",
        "starcoder2",
        GATED,
        {
            "hidden_act": "gelu_pytorch_tanh",
            "embedding_dropout": 0.0,
            "max_position_embeddings": 16384,
            "mlp_type": "default",
            "norm_epsilon": 1e-5,
            "norm_type": "layer_norm",
            "residual_dropout": 0.0,
            "rope_theta": 999999.4420358813,
            "sliding_window": 8,
            "use_bias": True,
        },
    ),
    "tiny-cohere": named(*COHERE, {"rope_theta": 8000000.0, "use_qk_norm": False}),
    "tiny-cohere-qknorm": named(
        *COHERE, {"rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}, "use_qk_norm": True}
    ),
    "tiny-olmo2": named(
        "Olmo2ForCausalLM",
        "olmo2",
        GATED,
        {
            "attention_bias": False,
            "max_position_embeddings": 4096,
            "pad_token_id": 0,
            "rms_norm_eps": 1e-6,
            "rope_scaling": None,
            "rope_theta": 500000,
            "tie_word_embeddings": False,
        },
    ),
    # The clip is within what queries, keys and values reach.
    "tiny-olmoe": named(
        "OlmoeForCausalLM",
        "olmoe",
        GATED,
        {
            "attention_bias": False,
            "clip_qkv": 1.0,
            "intermediate_size": 24,
            "max_position_embeddings": 4096,
            "norm_topk_prob": False,
            "num_experts": 4,
            "num_experts_per_tok": 2,
            "output_router_logits": False,
            "pad_token_id": 0,
            "rms_norm_eps": 1e-5,
            "rope_scaling": None,
            "rope_theta": 10000.0,
            "router_aux_loss_coef": 0.01,
            "tie_word_embeddings": False,
        },
    ),
    "tiny-smollm3": named(
        *SMOLLM3,
        {
            "layer_types": ["full_attention"] * 4,
            "max_window_layers": 28,
            "no_rope_layer_interval": 4,
            "no_rope_layers": [1, 1, 1, 0],
            "rope_scaling": None,
            "rope_theta": 5000000.0,
            "sliding_window": None,
            "tie_word_embeddings": True,
            "use_sliding_window": False,
        },
    ),
    # no_rope_layers follows from the interval.
    "tiny-smollm3-window": named(
        *SMOLLM3,
        {
            "layer_types": ["sliding_attention", "full_attention", "full_attention", "sliding_attention"],
            "no_rope_layer_interval": 2,
            "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
            "sliding_window": 8,
            "tie_word_embeddings": False,
            "use_sliding_window": True,
        },
    ),
    "tiny-granite": named(
        "GraniteForCausalLM",
        "granite",
        GATED,
        {
            "attention_bias": False,
            "attention_multiplier": 0.25,
            "embedding_multiplier": 12.0,
            "logits_scaling": 2.0,
            "max_position_embeddings": 4096,
            "mlp_bias": False,
            "residual_multiplier": 0.22,
            "rms_norm_eps": 1e-5,
            "rope_scaling": None,
            "rope_theta": 10000.0,
            "tie_word_embeddings": True,
        },
    ),
    # Its files don't say tie_word_embeddings: it is true.
    "tiny-cohere2": named(
        "Cohere2ForCausalLM",
        "cohere2",
        GATED,
        {
            "attention_bias": False,
            "cache_implementation": "hybrid",
            "head_dim": 8,
            "layer_norm_eps": 1e-5,
            "layer_switch": 4,
            "logit_scale": 0.25,
            "max_position_embeddings": 8192,
            "order_of_interleaved_layers": "local_attn_first",
            "position_embedding_type": "rope_gptj",
            "rope_scaling": None,
            "rope_theta": 50000,
            "rotary_pct": 1.0,
            "sliding_window": 8,
            "sliding_window_pattern": 4,
            "use_embedding_sharing": True,
            "use_gated_activation": True,
            "use_parallel_block": True,
            "use_parallel_embedding": True,
        },
    ),
    "tiny-olmo": named(
        "OlmoForCausalLM",
        "olmo",
        GATED,
        {
            "attention_bias": False,
            "clip_qkv": 1.0,
            "max_position_embeddings": 2048,
            "pad_token_id": 1,
            "rope_scaling": None,
            "rope_theta": 10000.0,
            "tie_word_embeddings": False,
        },
    ),
    "tiny-olmo3": named(
        "Olmo3ForCausalLM",
        "olmo3",
        GATED,
        {
            "attention_bias": False,
            "layer_types": ["sliding_attention", "sliding_attention", "full_attention", "sliding_attention"],
            "max_position_embeddings": 128,
            "pad_token_id": 0,
            "rms_norm_eps": 1e-6,
            "rope_scaling": {
                "attention_factor": 1.2079441541679836,
                "beta_fast": 32.0,
                "beta_slow": 1.0,
                "factor": 8.0,
                "original_max_position_embeddings": 16,
                "rope_type": "yarn",
            },
            "rope_theta": 500000,
            "sliding_window": 8,
            "tie_word_embeddings": False,
        },
    ),
    # No published model has its biases.
    "tiny-ernie4-5": named(
        "Ernie4_5_ForCausalLM",
        "ernie4_5",
        GATED,
        {
            "head_dim": 16,
            "max_position_embeddings": 131072,
            "pad_token_id": 0,
            "rms_norm_eps": 1e-5,
            "rope_theta": 500000.0,
            "tie_word_embeddings": True,
            "use_bias": True,
        },
    ),
    "tiny-hunyuan": named(
        "HunYuanDenseV1ForCausalLM",
        "hunyuan_v1_dense",
        GATED,
        {
            "add_classification_head": False,
            "attention_bias": False,
            "attention_head_dim": 16,
            "cla_share_factor": 2,
            "class_num": 0,
            "dense_list": [32, 0],
            "head_dim": 16,
            "im_end_id": 5,
            "max_position_embeddings": 4096,
            "mlp_bias": False,
            "norm_type": "rms",
            "org_vocab_size": 64,
            "pool_type": "last",
            "rms_norm_eps": 1e-5,
            "rope_scaling": {
                "alpha": 1000.0,
                "beta_fast": 32,
                "beta_slow": 1,
                "factor": 1.0,
                "mscale": 1.0,
                "mscale_all_dim": 1.0,
                "type": "dynamic",
            },
            "rope_theta": 10000.0,
            "tie_word_embeddings": True,
            "use_cla": False,
            "use_qk_norm": True,
            "use_rotary_pos_emb": True,
        },
    ),
    "tiny-exaone4": named(
        "Exaone4ForCausalLM",
        "exaone4",
        GATED,
        {
            "head_dim": 16,
            "layer_types": ["sliding_attention", "sliding_attention", "full_attention", "sliding_attention"],
            "max_position_embeddings": 512,
            "pad_token_id": 0,
            "rms_norm_eps": 1e-5,
            "rope_scaling": {
                "factor": 8.0,
                "high_freq_factor": 4.0,
                "low_freq_factor": 1.0,
                "original_max_position_embeddings": 64,
                "rope_type": "llama3",
            },
            "rope_theta": 10000.0,
            "sliding_window": 8,
            "sliding_window_pattern": "LLG",
            "tie_word_embeddings": False,
        },
    ),
    "tiny-granitemoe": named(
        "GraniteMoeForCausalLM",
        "granitemoe",
        GATED,
        {
            "attention_bias": False,
            "attention_multiplier": 0.25,
            "embedding_multiplier": 12.0,
            "intermediate_size": 24,
            "logits_scaling": 2.0,
            "max_position_embeddings": 4096,
            "num_experts_per_tok": 2,
            "num_local_experts": 4,
            "output_router_logits": False,
            "residual_multiplier": 0.22,
            "rms_norm_eps": 1e-6,
            "rope_scaling": None,
            "rope_theta": 10000,
            "router_aux_loss_coef": 0.0,
            "tie_word_embeddings": True,
        },
    ),
}

CONFIGS = FLOAT32_CONFIGS | BFLOAT16_CONFIGS
