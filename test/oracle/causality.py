"""The perturbation test of the design (11b), on the oracle itself.

Changing token i changes no logit whose target is <= i.
"""

import torch

from slerp_merge import Merge, run

# An expert multiplies all of its tokens at once: how their sums round hangs on how many there are.
ROUNDING_OF_EXPERTS = 1e-5


def check_causality(model: torch.nn.Module, ids: list[int], merges: tuple[Merge, ...]) -> None:
    """Raises if a logit depends on a token at or after the position that it predicts."""
    tolerance = ROUNDING_OF_EXPERTS if hasattr(model.config, "num_experts_per_tok") else 0
    original = run(model, ids, merges)
    targets = torch.tensor(original.trace[-1].targets)
    for i in range(len(ids)):
        changed = ids[:i] + [ids[i] ^ 1] + ids[i + 1 :]
        difference = (run(model, changed, merges).logits - original.logits).abs().amax(-1)
        assert (difference[targets <= i] <= tolerance).all(), (merges, i)
        assert (difference[targets > i] > tolerance).any(), (merges, i)
