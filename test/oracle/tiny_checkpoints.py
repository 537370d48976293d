"""Small random checkpoints in the layout of the hub: config.json and model.safetensors, float32.

Weights are drawn with a standard deviation of 0.2 (not the usual 0.02), so that attention is far from uniform and the
logits of different tokens are far apart; norm weights are drawn around 1, so that leaving one out shows.
"""

import json
import pathlib

import safetensors.torch
import torch
import transformers

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

# Older config.json files say rope_theta and rope_scaling, newer ones rope_parameters: both are here.
CONFIGS = {
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


def write_checkpoint(folder: pathlib.Path, name: str) -> None:
    """Draws the weights of CONFIGS[name], seeded by its place in CONFIGS, and writes both files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIGS[name], indent=2) + "\n")
    config = transformers.AutoConfig.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_config(config)
    random = torch.Generator().manual_seed(1000 + list(CONFIGS).index(name))
    weights = {}
    for key, value in sorted(model.state_dict().items()):
        if key == "lm_head.weight" and config.tie_word_embeddings:
            continue
        noise = torch.randn(value.shape, generator=random) * config.initializer_range
        weights[key] = 1 + noise if key.endswith("norm.weight") else noise
    safetensors.torch.save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def load_checkpoint(folder: pathlib.Path) -> torch.nn.Module:
    """The written files, as Hugging Face reads them."""
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    return model.eval()


def token_ids(seed: int, length: int) -> list[int]:
    """`length` ids that are no special token (3 and up), no two neighbours alike."""
    random = torch.Generator().manual_seed(seed)
    ids: list[int] = []
    while len(ids) < length:
        token = int(torch.randint(3, SHAPE["vocab_size"], (1,), generator=random))
        if not ids or ids[-1] != token:
            ids.append(token)
    return ids
