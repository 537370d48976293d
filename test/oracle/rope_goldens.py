"""Goldens of rotary embeddings at whole and fractional positions, for each scaling: `rope.json` and `rope.safetensors`."""

import pathlib

import torch
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from golden_file import write_golden

HEAD_DIM = 16
POSITIONS = [0, 0.5, 1, 2.5, 7, 31.5, 64, 100.5]
SCALINGS = {
    "default": {"rope_type": "default"},
    "linear": {"rope_type": "linear", "factor": 4.0},
    "llama3": {
        "rope_type": "llama3",
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 128,
    },
    "yarn": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 128},
    "yarn-attention-factor": {
        "rope_type": "yarn",
        "factor": 4.0,
        "original_max_position_embeddings": 128,
        "attention_factor": 1.5,
    },
    "longrope": {
        "rope_type": "longrope",
        "factor": 4.0,
        "original_max_position_embeddings": 128,
        "short_factor": [1.0, 1.05, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6],
        "long_factor": [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0],
    },
}


def write_rope_goldens(folder: pathlib.Path) -> None:
    """For each scaling: inverseFrequencies [D/2] and cos, sin [positions, D] with the attention factor multiplied in."""
    tensors, cases = {}, []
    for name, scaling in SCALINGS.items():
        config = LlamaConfig(
            hidden_size=4 * HEAD_DIM,
            num_attention_heads=4,
            max_position_embeddings=512 if name != "default" else 128,
            rope_parameters={"rope_theta": 10000.0, **scaling},
        )
        rope = LlamaRotaryEmbedding(config)
        cos, sin = rope(torch.zeros(1, len(POSITIONS), HEAD_DIM), torch.tensor(POSITIONS)[None])
        tensors |= {f"{name}/inverseFrequencies": rope.inv_freq, f"{name}/cos": cos[0], f"{name}/sin": sin[0]}
        cases.append(
            {
                "name": name,
                "ropeParameters": config.rope_parameters,
                "headDim": HEAD_DIM,
                "maxPositionEmbeddings": config.max_position_embeddings,
                "attentionFactor": rope.attention_scaling,
            }
        )
    write_golden(folder, "rope", {"positions": POSITIONS, "cases": cases}, tensors)
