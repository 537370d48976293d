"""What gguf-py calls the tensors of each family's checkpoints: `gguf-names.json`."""

import json
import pathlib
import re

import gguf
import safetensors

from tiny_configs import BFLOAT16_CONFIGS

# general.architecture of each family that gguf-py knows (it knows none of codegen, gpt_neo, helium and opt).
ARCHITECTURES = {
    "llama": "llama",
    "mixtral": "llama",
    "qwen2": "qwen2",
    "qwen2_moe": "qwen2moe",
    "qwen3": "qwen3",
    "qwen3_moe": "qwen3moe",
    "gemma": "gemma",
    "gemma2": "gemma2",
    "gemma3_text": "gemma3",
    "phi3": "phi3",
    "nemotron": "nemotron",
    "arcee": "arcee",
    "seed_oss": "seed_oss",
    "glm": "chatglm",
    "glm4": "glm4",
    "phi": "phi2",
    "stablelm": "stablelm",
    "gpt2": "gpt2",
    "gpt_bigcode": "starcoder",
    "gptj": "gptj",
    "gpt_neox": "gptneox",
    "falcon": "falcon",
    "bloom": "bloom",
    "mpt": "mpt",
    "starcoder2": "starcoder2",
    "cohere": "command-r",
    "olmo2": "olmo2",
    "olmoe": "olmoe",
    "smollm3": "smollm3",
    "granite": "granite",
    "cohere2": "cohere2",
    "olmo": "olmo",
    "olmo3": "olmo2",
    "ernie4_5": "ernie4_5",
    "hunyuan_v1_dense": "hunyuan-dense",
    "exaone4": "exaone4",
    "granitemoe": "granitemoe",
}
# What llama.cpp's converter stacks into one tensor, and the name under which it looks that one up.
STACKED = {
    r"model\.layers\.0\.block_sparse_moe\.experts\.\d+\.(w\d)\.weight": r"layers.0.feed_forward.experts.\1.weight",
    r"(model\.layers\.0\.mlp\.experts)\.\d+\.(\w+)\.weight": r"\1.\2.weight",
    r"(model\.layers\.0\.self_attn\.[qk]_layernorm)\.norms\.\d+\.weight": r"\1.weight",
}


def stacked_name(name: str) -> str:
    for pattern, replacement in STACKED.items():
        name = re.sub(pattern, replacement, name)
    return name


def in_first_layer(name: str) -> bool:
    """Whether a tensor is outside the layers or in layer 0."""
    layer = re.search(r"(?:^|\.)(?:layers|h|blocks)\.(\d+)\.", name)
    return layer is None or layer[1] == "0"


def tensor_names(out: pathlib.Path, family: str) -> list[str]:
    """Names, stacked, of all of a family's checkpoints; without rotary frequencies, which no GGUF file holds."""
    names = set()
    for folder, config in BFLOAT16_CONFIGS.items():
        if config["model_type"] == family:
            with safetensors.safe_open(out / folder / "model.safetensors", "pt") as file:
                names |= {stacked_name(name) for name in file.keys() if in_first_layer(name)}
    return sorted(name for name in names if not name.endswith("inv_freq"))


def write_gguf_names(out: pathlib.Path) -> None:
    """Reads the checkpoints in `out` and writes `gguf-names.json`. A name that gguf-py doesn't map is left out."""
    by_name = {name: architecture for architecture, name in gguf.MODEL_ARCH_NAMES.items()}
    families = {}
    for family, architecture in ARCHITECTURES.items():
        name_map = gguf.get_tensor_name_map(by_name[architecture], n_blocks=1)
        found = {
            name: name_map.get_name(name, try_suffixes=(".weight", ".bias")) for name in tensor_names(out, family)
        }
        families[family] = {
            "architecture": architecture,
            "names": {name: gguf_name for name, gguf_name in found.items() if gguf_name},
        }
    (out / "gguf-names.json").write_text(json.dumps(families, indent=2) + "\n")
