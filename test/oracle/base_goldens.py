"""Goldens of the unmerged tiny models: `base.json` and `base.safetensors`."""

import pathlib

import torch

from golden_file import write_golden
from slerp_merge import run
from tiny_checkpoints import load_checkpoint, token_ids

LENGTHS = (1, 5, 33, 48)
LENGTH_OF_HIDDEN = 33


@torch.no_grad()
def write_base_goldens(folder: pathlib.Path) -> None:
    """Logits [n, V] of Hugging Face's own forward, and the states after each layer [layers + 1, n, D]."""
    model = load_checkpoint(folder)
    ids = token_ids(seed=7, length=max(LENGTHS))
    tensors, cases = {}, []
    for n in LENGTHS:
        logits = model(input_ids=torch.tensor([ids[:n]])).logits[0]
        driven = run(model, ids[:n])
        # The driver that the merged goldens rest on must be the model when nothing is merged.
        assert torch.allclose(driven.logits, logits, atol=1e-5, rtol=1e-5)
        tensors[f"logits/{n}"] = logits
        case = {"name": f"base/n{n}", "length": n, "logits": f"logits/{n}"}
        if n == LENGTH_OF_HIDDEN:
            tensors[f"hidden/{n}"] = torch.stack(driven.hidden)
            case["hidden"] = f"hidden/{n}"
        cases.append(case)
    write_golden(folder, "base", {"tokens": ids, "cases": cases}, tensors)
