"""Goldens of the unmerged tiny models: `base.json` and `base.safetensors`."""

import pathlib

import torch

from families import adapt
from golden_file import write_golden
from routing import watch_routing
from slerp_merge import run
from tiny_checkpoints import FLOAT32_CONFIGS, load_checkpoint, token_ids, vocabulary


@torch.no_grad()
def write_base_goldens(folder: pathlib.Path) -> None:
    """Logits [n, V] of Hugging Face's own forward, and the states after each layer [layers + 1, n, D]."""
    everything = folder.name in FLOAT32_CONFIGS
    lengths = (1, 5, 33, 48) if everything else (1, 5, 33)
    length_of_hidden = 33 if everything else 5
    model = load_checkpoint(folder)
    ids = token_ids(seed=7, length=max(lengths), vocab_size=vocabulary(folder.name))
    routing_gaps = watch_routing(model)
    tensors, cases = {}, []
    for n in lengths:
        adapt(model)
        logits = model(input_ids=torch.tensor([ids[:n]])).logits[0]
        driven = run(model, ids[:n])
        # The driver that the merged goldens rest on must be the model when nothing is merged.
        assert torch.allclose(driven.logits, logits, atol=1e-5, rtol=1e-5), (folder.name, n)
        assert min(routing_gaps, default=1) > 1e-4, (folder.name, n)
        tensors[f"logits/{n}"] = logits
        case = {"name": f"base/n{n}", "length": n, "logits": f"logits/{n}"}
        if n == length_of_hidden:
            tensors[f"hidden/{n}"] = torch.stack(driven.hidden)
            case["hidden"] = f"hidden/{n}"
        cases.append(case)
    write_golden(folder, "base", {"tokens": ids, "cases": cases}, tensors)
