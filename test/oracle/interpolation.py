"""How a pair of token states becomes one state.

Every function takes the first and the second members of P pairs, a and b, both [P, D], and gives [P, D] float32.
The arithmetic is done in float64, so that a golden is the correctly rounded answer rather than one float32 order
of operations among several.

Sources: the project's design, "What slerpMerge means", 3 and 11, and its section on `reference`; SLERP itself is
Shoemake, "Animating rotation with quaternion curves" (1985): sin((1-t)w)/sin(w) a + sin(tw)/sin(w) b.
"""

import torch

# Above this |cos| the two directions are too close (or too opposite) for sin(omega) to be divided by.
LINEAR_ABOVE = 0.9995


def cosine(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Cosine of the angle of each pair, [P] float64; 0 where a norm is 0. Normalises first: a·b alone may overflow."""
    a, b = a.double(), b.double()
    norm_a, norm_b = a.norm(dim=-1, keepdim=True), b.norm(dim=-1, keepdim=True)
    unit_a = torch.where(norm_a > 0, a / norm_a.clamp(min=1e-300), 0)
    unit_b = torch.where(norm_b > 0, b / norm_b.clamp(min=1e-300), 0)
    return (unit_a * unit_b).sum(-1).clamp(-1, 1)


def spherical(a: torch.Tensor, b: torch.Tensor, cos: torch.Tensor, t: torch.Tensor, linear: torch.Tensor) -> torch.Tensor:
    """SLERP of a [P, D] and b [P, D] at t [P] for angles given by cos [P]; linear interpolation where `linear` [P]."""
    a, b = a.double(), b.double()
    omega = torch.acos(cos)
    sin_omega = torch.where(linear, 1.0, torch.sin(omega))
    weight_a = torch.where(linear, 1 - t, torch.sin((1 - t) * omega) / sin_omega)
    weight_b = torch.where(linear, t, torch.sin(t * omega) / sin_omega)
    return (weight_a[:, None] * a + weight_b[:, None] * b).float()


def slerp(a: torch.Tensor, b: torch.Tensor, t: float = 0.5) -> torch.Tensor:
    """Per-token SLERP; linear where |cos| > 0.9995 or a norm is 0 (design, 3)."""
    cos = cosine(a, b)
    a_norm, b_norm = a.double().norm(dim=-1), b.double().norm(dim=-1)
    linear = (cos.abs() > LINEAR_ABOVE) | (a_norm == 0) | (b_norm == 0)
    return spherical(a, b, cos, torch.full_like(cos, t), linear)


def mean(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """(a + b) / 2."""
    return ((a.double() + b.double()) / 2).float()


def norm_preserving(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The direction of the mean, with the larger of the two norms. A mean of norm 0 has no direction and stays 0."""
    a, b = a.double(), b.double()
    middle = (a + b) / 2
    length = middle.norm(dim=-1, keepdim=True)
    larger = torch.maximum(a.norm(dim=-1, keepdim=True), b.norm(dim=-1, keepdim=True))
    return torch.where(length > 0, middle / length.clamp(min=1e-300) * larger, middle).float()


def drop(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Keep the second token of each pair."""
    return b.clone()


def reference(a: torch.Tensor, b: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    """The article's SLERP at t [P]: the "cosine" is taken after dividing by the Frobenius norms of the whole stacks.

    Since |A| and |B| are the norms of all of a and all of b, omega is nearly 90 degrees, and a state depends (weakly)
    on every token of the merged region: this mode is not causal.
    """
    whole_a, whole_b = a.double().norm(), b.double().norm()
    defined = whole_a > 0 and whole_b > 0
    cos = (a.double() * b.double()).sum(-1) / (whole_a * whole_b) if defined else torch.zeros(len(a)).double()
    cos = cos.clamp(-1, 1)
    return spherical(a, b, cos, t.double(), cos.abs() > LINEAR_ABOVE)


BY_NAME = {"slerp": slerp, "mean": mean, "norm-preserving": norm_preserving, "drop": drop}
