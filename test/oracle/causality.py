"""The perturbation test of the design (11b), on the oracle itself: changing token i changes no logit whose target is <= i."""

import torch

from slerp_merge import Merge, run


def check_causality(model: torch.nn.Module, ids: list[int], merges: tuple[Merge, ...]) -> None:
    """Raises if a logit depends on a token at or after the position that it predicts."""
    original = run(model, ids, merges)
    targets = torch.tensor(original.trace[-1].targets)
    for i in range(len(ids)):
        changed = ids[:i] + [ids[i] ^ 1] + ids[i + 1 :]
        difference = (run(model, changed, merges).logits - original.logits).abs().amax(-1)
        assert difference[targets <= i].sum() == 0, (merges, i)
        assert (difference[targets > i] > 0).any(), (merges, i)
