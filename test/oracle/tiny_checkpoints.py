"""Small random checkpoints in the layout of the hub: config.json and model.safetensors.

Weights are drawn with a standard deviation of 0.2 (not the usual 0.02; less where states are wider than 32), so that
attention is far from uniform and the logits of different tokens are far apart; norm weights are drawn around 1, so that
leaving one out shows.
"""

import json
import pathlib
import tempfile
import zlib

import safetensors.torch
import torch
import transformers

from tiny_configs import BFLOAT16_CONFIGS, CONFIGS, FLOAT32_CONFIGS

STANDARD_DEVIATION = 0.2
# Checkpoints whose tensors have no `transformer.` in front, as gpt2's and bloom-560m's on the hub.
BARE_NAMES = ("tiny-gpt2", "tiny-bloom")


def write_checkpoint(folder: pathlib.Path, name: str) -> None:
    """Writes config.json and model.safetensors of CONFIGS[name]."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIGS[name], indent=2) + "\n")
    config = transformers.AutoConfig.from_pretrained(folder)
    if name in FLOAT32_CONFIGS:
        write_float32_weights(folder, config, seed=1000 + list(FLOAT32_CONFIGS).index(name))
    else:
        write_bfloat16_weights(folder, config)


def write_float32_weights(folder: pathlib.Path, config: transformers.PretrainedConfig, seed: int) -> None:
    model = transformers.AutoModelForCausalLM.from_config(config)
    random = torch.Generator().manual_seed(seed)
    weights = {}
    for key, value in sorted(model.state_dict().items()):
        if key == "lm_head.weight" and config.tie_word_embeddings:
            continue
        noise = torch.randn(value.shape, generator=random) * config.initializer_range
        weights[key] = 1 + noise if key.endswith("norm.weight") else noise
    safetensors.torch.save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def norm_weights(model: torch.nn.Module) -> dict[str, float]:
    """Names of the weights of norms, and the value around which each is drawn: Gemma's and Nemotron's norms multiply by
    1 + weight."""
    return {
        f"{name}.weight": 0.0 if type(module).__name__.startswith(("Gemma", "Nemotron")) else 1.0
        for name, module in model.named_modules()
        if "Norm" in type(module).__name__
    }


@torch.no_grad()
def write_bfloat16_weights(folder: pathlib.Path, config: transformers.PretrainedConfig) -> None:
    """Seeded by the folder's name, so that another checkpoint changes none. A tied head is one parameter, named once.

    `save_pretrained` gives tensors the names of the hub: a module of transformers may have fused or renamed them.
    """
    model = transformers.AutoModelForCausalLM.from_config(config)
    random = torch.Generator().manual_seed(zlib.crc32(folder.name.encode()))
    centres = norm_weights(model)
    deviation = STANDARD_DEVIATION * (32 / config.hidden_size) ** 0.5
    for name, parameter in sorted(model.named_parameters()):
        noise = torch.randn(parameter.shape, generator=random) * deviation
        parameter.copy_(centres.get(name, 0.0) + noise)
    with tempfile.TemporaryDirectory() as saved:
        model.bfloat16().save_pretrained(saved)
        weights = safetensors.torch.load_file(pathlib.Path(saved) / "model.safetensors")
    if folder.name in BARE_NAMES:
        weights = {name.removeprefix("transformer."): value for name, value in weights.items()}
    weights |= left_over_buffers(folder.name, config)
    safetensors.torch.save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def left_over_buffers(name: str, config: transformers.PretrainedConfig) -> dict[str, torch.Tensor]:
    """Tensors that real files of four families carry and no computation reads: causal masks, rotary frequencies."""
    layers = range(config.num_hidden_layers)
    if name == "tiny-gpt2":
        mask = torch.ones(config.n_ctx, config.n_ctx).tril()[None, None].bfloat16()
        return {f"h.{i}.attn.bias": mask.clone() for i in layers}
    if name == "tiny-codegen":
        mask = torch.ones(16, 16).tril()[None, None].to(torch.uint8)
        return {f"transformer.h.{i}.attn.causal_mask": mask.clone() for i in layers}
    if name == "tiny-gpt-neox":
        mask = torch.ones(16, 16).tril()[None, None].to(torch.uint8)
        attention = {f"gpt_neox.layers.{i}.attention.bias": mask.clone() for i in layers}
        hidden = {f"gpt_neox.layers.{i}.attention.masked_bias": torch.tensor(-1e9) for i in layers}
        rotary = {f"gpt_neox.layers.{i}.attention.rotary_emb.inv_freq": torch.ones(2) for i in layers}
        return attention | hidden | rotary
    if name == "tiny-llama-linear":
        return {f"model.layers.{i}.self_attn.rotary_emb.inv_freq": torch.ones(4) for i in layers}
    return {}


def load_checkpoint(folder: pathlib.Path) -> torch.nn.Module:
    """The written files, as Hugging Face reads them, in float32."""
    # Falcon's eager attention adds ALiBi twice, once to the mask and once to the scores; its default, sdpa, does not.
    attention = "sdpa" if CONFIGS.get(folder.name, {}).get("alibi") else "eager"
    model, loading = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation=attention, output_loading_info=True
    )
    # A name that transformers doesn't look for would leave it a weight of its own.
    assert not loading["missing_keys"] and not loading["mismatched_keys"], (folder.name, loading)
    return model.eval()


def vocabulary(name: str) -> int:
    """Size of the vocabulary of CONFIGS[name]."""
    return CONFIGS[name]["vocab_size"]


def token_ids(seed: int, length: int, vocab_size: int = 96) -> list[int]:
    """`length` ids that are no special token (3 and up), no two neighbours alike."""
    random = torch.Generator().manual_seed(seed)
    ids: list[int] = []
    while len(ids) < length:
        token = int(torch.randint(3, vocab_size, (1,), generator=random))
        if not ids or ids[-1] != token:
            ids.append(token)
    return ids
