"""Goldens of the interpolations alone, on made-up pairs: `interpolation.json` and `interpolation.safetensors`."""

import pathlib

import torch

import interpolation
from golden_file import write_golden

DIM = 8


def named_pairs() -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """Pairs (a, b), each [D], by what is special about them."""
    random = torch.Generator().manual_seed(5)
    x, y, z = torch.randn(3, DIM, generator=random)
    across = y - (y @ x) / (x @ x) * x
    zero = torch.zeros(DIM)

    def at_cosine(cos: float) -> torch.Tensor:
        unit_x, unit_y = x.double() / x.double().norm(), across.double() / across.double().norm()
        return (2.5 * (cos * unit_x + (1 - cos**2) ** 0.5 * unit_y)).float()

    return {
        "random": (x, y),
        "random, other lengths": (3 * y, 0.2 * z),
        "orthogonal": (x, across),
        "equal": (x, x),
        "same direction": (x, 4 * x),
        "opposite": (x, -x),
        "opposite, other lengths": (x, -3 * x),
        "zero first": (zero, x),
        "zero second": (x, zero),
        "both zero": (zero, zero),
        "cos 0.999, below the threshold": (x, at_cosine(0.999)),
        "cos 0.9998, above the threshold": (x, at_cosine(0.9998)),
        "cos -0.999, below the threshold": (x, at_cosine(-0.999)),
        "cos -0.9998, above the threshold": (x, at_cosine(-0.9998)),
        # Squares of these leave float32; what is asked of an implementation is a finite answer.
        "huge": (x * 1e25, y * 1e25),
        "tiny": (x * 1e-25, y * 1e-25),
        "huge and tiny": (x * 1e25, y * 1e-25),
    }


def write_interpolation_goldens(folder: pathlib.Path) -> None:
    """a, b and one result [P, D] for each interpolation, and `reference/out` for the stack of pairs at `reference/t`."""
    pairs = named_pairs()
    a = torch.stack([pair[0] for pair in pairs.values()])
    b = torch.stack([pair[1] for pair in pairs.values()])
    results = {f"out/{name}": combine(a, b) for name, combine in interpolation.BY_NAME.items()}
    random = torch.Generator().manual_seed(6)
    t = torch.tensor([1, 0.5, 0.5, 0.5, 0, 0])
    stack_a, stack_b = torch.randn(2, len(t), DIM, generator=random)
    article = {
        "reference/a": stack_a,
        "reference/b": stack_b,
        "reference/t": t,
        "reference/out": interpolation.reference(stack_a, stack_b, t),
    }
    cosines = interpolation.cosine(a, b).tolist()
    manifest = {
        "t": 0.5,
        "pairs": [
            {"row": row, "name": name, "cosine": cos, "onlyFinite": "huge" in name or "tiny" in name}
            for row, (name, cos) in enumerate(zip(pairs, cosines, strict=True))
        ],
    }
    tensors = {"a": a, "b": b, **results, **article}
    assert all(torch.isfinite(value).all() for value in tensors.values())
    write_golden(folder, "interpolation", manifest, tensors)
