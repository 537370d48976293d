"""Goldens of real weights: SmolLM2-135M-Instruct as GGUF Q4_1, dequantised to float32 by Hugging Face transformers.

Token ids are committed in smollm2_prompts.json (text without digits: transformers' conversion of the tokenizer drops
the digit split that the GGUF's `smollm` pre-tokenizer asks for).
"""

import hashlib
import json
import pathlib

import gguf
import torch
import transformers

from golden_file import write_golden
from merged_goldens import away_from_threshold, options
from slerp_merge import Merge, run

LENGTHS = (1, 7, 64, 300)
MERGED_LENGTHS = (64, 300)
MERGES = (Merge(15, keep_start=4, keep_end=32), Merge(2, keep_start=4, keep_end=32))
TOP = 64
CONTINUATION = 40
MERGED_CONTINUATION = 20
MERGED_CONTINUATION_LENGTHS = (64, 90)
# The smallest margin between the best two logits that a greedy golden may have: float32 in another order moves logits
# by some 1e-4.
MARGIN = 0.01

# GGUF name and Hugging Face name of the matrices inside one layer.
LAYER_MATRICES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}


def hugging_face_name(name: str) -> str:
    outside = {"token_embd": "model.embed_tokens", "output_norm": "model.norm"}
    parts = name.removesuffix(".weight").split(".")
    if parts[0] != "blk":
        return f"{outside[parts[0]]}.weight"
    return f"model.layers.{parts[1]}.{LAYER_MATRICES[parts[2]]}.weight"


def interleaved_to_halves(rows: torch.Tensor, head_dim: int) -> torch.Tensor:
    """Query or key rows [heads * head_dim, D]: GGUF rotates rows (2i, 2i+1) of a head, Hugging Face (i, i + head_dim/2)."""
    within = torch.cat([torch.arange(0, head_dim, 2), torch.arange(1, head_dim, 2)])
    heads = torch.arange(len(rows) // head_dim)[:, None] * head_dim
    return rows[(heads + within).flatten()]


def check_weights(model: torch.nn.Module, reader: gguf.GGUFReader) -> None:
    """Every tensor of the loaded model must be gguf's own dequantisation, bit for bit, rows of q and k reordered."""
    weights = model.state_dict()
    for tensor in reader.tensors:
        expected = torch.from_numpy(gguf.quants.dequantize(tensor.data, tensor.tensor_type).copy())
        if ".attn_q." in tensor.name or ".attn_k." in tensor.name:
            expected = interleaved_to_halves(expected, model.config.head_dim)
        assert torch.equal(weights[hugging_face_name(tensor.name)], expected), tensor.name


def dequantized_rows(reader: gguf.GGUFReader) -> tuple[list[dict], dict[str, torch.Tensor]]:
    """A few rows in the GGUF's own order, for a test of the dequantisation alone."""
    wanted = {
        "token_embd.weight": [0, 1, 19556],
        "blk.0.attn_q.weight": [0, 1, 575],
        "blk.7.attn_k.weight": [0, 191],
        "blk.29.ffn_down.weight": [0, 575],
        "output_norm.weight": [0],
    }
    entries, tensors = [], {}
    for tensor in reader.tensors:
        if tensor.name in wanted:
            values = torch.from_numpy(gguf.quants.dequantize(tensor.data, tensor.tensor_type).copy())
            values = values.reshape(-1, values.shape[-1])
            key = f"dequantized/{tensor.name}"
            tensors[key] = values[wanted[tensor.name]]
            entries.append({"name": tensor.name, "type": tensor.tensor_type.name, "rows": wanted[tensor.name], "values": key})
    return entries, tensors


def step(logits: torch.Tensor) -> tuple[int, float]:
    """The best token of logits [V] and its margin over the second."""
    best = logits.topk(2)
    return int(best.indices[0]), float(best.values[0] - best.values[1])


@torch.no_grad()
def continue_greedily(model: torch.nn.Module, prompt: list[int], steps: int) -> tuple[list[int], list[float]]:
    """Up to `steps` tokens through Hugging Face's own forward and cache; an end-of-sequence token is the last one."""
    ids, margins, cache, new = [], [], None, prompt
    while len(ids) < steps and model.config.eos_token_id not in ids:
        out = model(input_ids=torch.tensor([new]), past_key_values=cache, use_cache=True)
        token, margin = step(out.logits[0, -1])
        ids.append(token)
        margins.append(margin)
        cache, new = out.past_key_values, [token]
    return ids, margins


def continue_merged(model: torch.nn.Module, prompt: list[int], merge: Merge, steps: int) -> tuple[list[int], list[float]]:
    """As above with a merge at the prefill; new tokens stay unmerged (design, 9), so the pairs are the prompt's."""
    ids, margins = [], []
    while len(ids) < steps and model.config.eos_token_id not in ids:
        grown = Merge(merge.after_layer, keep_start=merge.keep_start, keep_end=merge.keep_end + len(ids))
        token, margin = step(run(model, prompt + ids, (grown,)).logits[-1])
        ids.append(token)
        margins.append(margin)
    return ids, margins


def continuation(name: str, prompt: list[int], ids: list[int], margins: list[float], tokenizer, **more) -> dict:
    assert min(margins) > MARGIN, (name, min(margins))
    return {
        "name": name,
        "promptIds": prompt,
        **more,
        "ids": ids,
        "margins": [round(margin, 4) for margin in margins],
        "smallestMargin": round(min(margins), 4),
        "text": tokenizer.decode(ids),
    }


def write_smollm2_goldens(folder: pathlib.Path, path: pathlib.Path) -> None:
    """`smollm2.json` and `smollm2.safetensors`."""
    given = json.loads((pathlib.Path(__file__).parent / "smollm2_prompts.json").read_text())
    tokenizer = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    for entry in (given["passage"], *given["prompts"]):
        assert tokenizer(entry["text"], add_special_tokens=False).input_ids == entry["ids"]
    model = transformers.AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    reader = gguf.GGUFReader(path)
    check_weights(model, reader)

    passage = given["passage"]["ids"]
    cases, last = [], []
    with torch.no_grad():
        for n in LENGTHS:
            logits = model(input_ids=torch.tensor([passage[:n]])).logits[0, -1]
            driven = run(model, passage[:n]).logits[-1]
            print(f"base n={n}: the driver differs from the model by {(driven - logits).abs().max():.1e}")
            assert torch.allclose(driven, logits, atol=2e-3)
            cases.append({"name": f"base/n{n}", "length": n, "last": len(last), "top1": step(logits)[0]})
            last.append(logits)

    merged, top_ids, top_logits, normalisers = [], [], [], []
    for merge in MERGES:
        for n in MERGED_LENGTHS:
            done = run(model, passage[:n], (merge,))
            assert away_from_threshold(done.hidden[merge.after_layer + 1]) > 1e-6
            top = done.logits[-1].topk(TOP)
            merged.append(
                {
                    "name": f"slerp/after{merge.after_layer}/midpoint/start4-end32/proportional/n{n}",
                    "length": n,
                    "merges": [options(merge)],
                    "k": len(done.logits),
                    "top": len(top_ids),
                }
            )
            top_ids.append(top.indices.int())
            top_logits.append(top.values)
            normalisers.append(torch.logsumexp(done.logits[-1].double(), -1).float())

    continuations = [
        continuation(entry["name"], entry["ids"], *continue_greedily(model, entry["ids"], CONTINUATION), tokenizer)
        for entry in given["prompts"]
    ]
    merge = MERGES[0]
    for n in MERGED_CONTINUATION_LENGTHS:
        grown = continue_merged(model, passage[:n], merge, MERGED_CONTINUATION)
        continuations.append(
            continuation(f"merged-passage-n{n}", passage[:n], *grown, tokenizer, merges=[options(merge)])
        )

    samples, tensors = dequantized_rows(reader)
    manifest = {
        "gguf": {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()},
        "source": given["source"],
        "text": given["passage"]["text"],
        "tokens": passage,
        "cases": cases,
        "merged": merged,
        "continuations": continuations,
        "dequantized": samples,
    }
    tensors |= {
        "last": torch.stack(last),
        "top/ids": torch.stack(top_ids),
        "top/logits": torch.stack(top_logits),
        "top/logsumexp": torch.stack(normalisers),
    }
    write_golden(folder, "smollm2", manifest, tensors)
