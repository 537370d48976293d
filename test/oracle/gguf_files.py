"""Tiny checkpoints as GGUF files whose RoPE factors are tensors, as llama.cpp's converter writes them: `gguf/*.gguf`."""

import json
import math
import pathlib

import gguf
import numpy
import torch
from safetensors.torch import load_file


def llama3_factors(config: dict) -> dict[str, list[float]]:
    """`rope_freqs`: what Llama 3.1's scaling divides each frequency by (convert_hf_to_gguf.py, LlamaModel)."""
    scaling = config["rope_scaling"]
    head_dim = config["hidden_size"] // config["num_attention_heads"]
    factors = []
    for i in range(0, head_dim, 2):
        wavelength = 2 * math.pi * config["rope_theta"] ** (i / head_dim)
        rotations = scaling["original_max_position_embeddings"] / wavelength
        low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
        smooth = min(max((rotations - low) / (high - low), 0), 1)
        factors.append(1 / ((1 - smooth) / scaling["factor"] + smooth))
    return {"rope_freqs.weight": factors}


def longrope_factors(config: dict) -> dict[str, list[float]]:
    """LongRoPE's two lists as they are (convert_hf_to_gguf.py, Phi3MiniModel)."""
    scaling = config["rope_scaling"]
    return {
        "rope_factors_long.weight": scaling["long_factor"],
        "rope_factors_short.weight": scaling["short_factor"],
    }


def longrope_metadata(writer: gguf.GGUFWriter, config: dict) -> None:
    original = config["original_max_position_embeddings"]
    growth = config["max_position_embeddings"] / original
    writer.add_rope_scaling_orig_ctx_len(original)
    writer.add_rope_scaling_attn_factors(math.sqrt(1 + math.log(growth) / math.log(original)))
    writer.add_sliding_window(config["sliding_window"])


def interleave(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """Rows whose halves turn together as neighbours (convert_hf_to_gguf.py, LlamaModel.permute)."""
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(weight.shape)


def stored(name: str, weight: torch.Tensor, config: dict) -> torch.Tensor:
    if config["model_type"] != "llama":
        return weight
    if ".q_proj." in name:
        return interleave(weight, config["num_attention_heads"])
    if ".k_proj." in name:
        return interleave(weight, config["num_key_value_heads"])
    return weight


def write_gguf_file(folder: pathlib.Path, path: pathlib.Path) -> None:
    """The checkpoint of a folder, in float32, with a token of its own name for each row of the embedding."""
    config = json.loads((folder / "config.json").read_text())
    is_llama = config["model_type"] == "llama"
    architecture = gguf.MODEL_ARCH.LLAMA if is_llama else gguf.MODEL_ARCH.PHI3
    writer = gguf.GGUFWriter(path, gguf.MODEL_ARCH_NAMES[architecture])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_rope_dimension_count(config["hidden_size"] // config["num_attention_heads"])
    writer.add_token_list([f"t{i}" for i in range(config["vocab_size"])])
    if not is_llama:
        longrope_metadata(writer, config)
    names = gguf.get_tensor_name_map(architecture, config["num_hidden_layers"])
    for name, weight in load_file(folder / "model.safetensors").items():
        values = stored(name, weight.float(), config).numpy()
        writer.add_tensor(names.get_name(name, try_suffixes=(".weight", ".bias")), numpy.ascontiguousarray(values))
    factors = llama3_factors(config) if is_llama else longrope_factors(config)
    for name, values in factors.items():
        writer.add_tensor(name, numpy.array(values, dtype=numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_gguf_files(out: pathlib.Path) -> None:
    (out / "gguf").mkdir(exist_ok=True)
    for name in ("tiny-llama3", "tiny-phi3-longrope"):
        write_gguf_file(out / name, out / "gguf" / f"{name}.gguf")
