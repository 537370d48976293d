"""How far a mixture of experts is from choosing other experts: a golden must not hang on the last bit of a float."""

import torch


def watch_routing(model: torch.nn.Module) -> list[float]:
    """A list that grows by one number a router and run: the smallest gap, over tokens, between the logit of the last
    expert that is chosen and of the first that is not."""
    gaps: list[float] = []

    def note(router: torch.nn.Module, _inputs: tuple, outputs: tuple) -> None:
        best = outputs[0].topk(router.top_k + 1).values
        gaps.append(float((best[:, -2] - best[:, -1]).min()))

    for module in model.modules():
        if type(module).__name__.endswith("TopKRouter"):
            module.register_forward_hook(note)
    return gaps
