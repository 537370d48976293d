"""What the experiments' metrics say of small random inputs, from their definitions by numpy and torch.

    python test/oracle/experiment_metrics.py test/goldens/experiment-metrics.json
"""

import json
import math
import pathlib
import sys
from collections import Counter

import numpy
import torch

SEED = 11
VOCABULARY = 24


def mulberry32(seed: int):
    """The generator that bootstrap samples are drawn with (Tommy Ettinger's mulberry32), in [0, 1)."""
    state = seed % 2**32
    while True:
        state = (state + 0x6D2B79F5) % 2**32
        t = (state ^ (state >> 15)) * (state | 1) % 2**32
        t ^= (t + (t ^ (t >> 7)) * (t | 61)) % 2**32
        yield (t ^ (t >> 14)) / 2**32


STATISTICS = {"mean": numpy.mean, "median": numpy.median, "expMean": lambda values: numpy.exp(numpy.mean(values))}


def bootstrap(items: list, statistic: str, samples: int, confidence: float, seed: int) -> dict | None:
    """Percentile interval: as many items as count are drawn with replacement, `samples` times."""
    values = numpy.array([item for item in items if item is not None], dtype=numpy.float64)
    count = len(values)
    if count == 0:
        return None
    numbers = mulberry32(seed)
    drawn = numpy.array([[int(next(numbers) * count) for _ in range(count)] for _ in range(samples)])
    results = [STATISTICS[statistic](values[row]) for row in drawn]
    low, high = numpy.quantile(results, [(1 - confidence) / 2, (1 + confidence) / 2])
    value = STATISTICS[statistic](values)
    return {"value": float(value), "low": float(low), "high": float(high), "count": count}


def bootstrap_cases(random: numpy.random.Generator) -> list[dict]:
    lists = {
        "none": [],
        "none that counts": [None, None],
        "one": [0.25],
        "one that counts": [None, 3.5, None],
        "two": [1.0, 4.0],
        "all equal": [0.1] * 7,
        "all right": [1] * 74,
        "kept": [None if random.random() < 0.3 else int(random.random() < 0.9) for _ in range(40)],
        "divergences": [round(float(x), 4) for x in random.lognormal(-2, 1, 20)],
        "losses": [round(float(x), 4) for x in random.normal(2.7, 0.6, 13)],
        "lengths": [int(x) for x in numpy.minimum(96, random.integers(5, 200, 16))],
    }
    cases = []
    for name, items in lists.items():
        for statistic in STATISTICS:
            options = {"samples": int(random.integers(20, 400)), "confidence": float(random.choice([0.9, 0.95, 0.99])), "seed": int(random.integers(0, 2**31))}
            cases.append({"name": name, "statistic": statistic, "items": items, **options, "estimate": bootstrap(items, statistic, **options)})
    return cases


def likeliest(logits: torch.Tensor, count: int) -> list[int]:
    """Equal ones by id."""
    return sorted(range(len(logits)), key=lambda id: (-logits[id].item(), id))[:count]


def prediction_cases(generator: torch.Generator) -> list[dict]:
    cases = []
    for i in range(40):
        base = torch.randn(VOCABULARY, generator=generator) * 3
        variant = base + torch.randn(VOCABULARY, generator=generator) * (0.2, 1, 4)[i % 3]
        if i % 4 == 0:
            # Whole numbers tie.
            base, variant = base.round(), variant.round()
        token = i % VOCABULARY
        log_p, log_q = base.double().log_softmax(0), variant.double().log_softmax(0)
        first, own = likeliest(base, 1)[0], likeliest(variant, 5)
        cases.append(
            {
                "base": base.tolist(),
                "variant": variant.tolist(),
                "kl": torch.nn.functional.kl_div(log_q, log_p, log_target=True, reduction="sum").item(),
                "reverseKl": torch.nn.functional.kl_div(log_p, log_q, log_target=True, reduction="sum").item(),
                **{f"top{count}": int(first in own[:count]) for count in (1, 3, 5)},
                "overlap5": len(set(likeliest(base, 5)) & set(own)) / 5,
                "token": token,
                "loss": torch.nn.functional.cross_entropy(variant.double()[None], torch.tensor([token])).item(),
            }
        )
    return cases


def repetition_cases(random: numpy.random.Generator) -> list[dict]:
    cases = []
    for length in (0, 1, 3, 4, 5, 12, 40, 96):
        for kinds in (1, 2, 3, 50):
            tokens = random.integers(0, kinds, length).tolist()
            grams = Counter(tuple(tokens[i : i + 4]) for i in range(length - 3))
            again = sum(count - 1 for count in grams.values())
            repeated = again / max(1, sum(grams.values()))
            cases.append({"tokens": tokens, "repeated": repeated, "looped": int(repeated > 0.5)})
    return cases


def main() -> None:
    random = numpy.random.default_rng(SEED)
    predictions = prediction_cases(torch.Generator().manual_seed(SEED))
    perplexity = math.exp(sum(case["loss"] for case in predictions) / len(predictions))
    sections = {"bootstrap": bootstrap_cases(random), "predictions": predictions, "repetition": repetition_cases(random)}
    lines = [f'"{name}": [\n' + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]" for name, cases in sections.items()]
    pathlib.Path(sys.argv[1]).write_text("{\n" + ",\n".join([*lines, f'"perplexity": {perplexity}']) + "\n}\n")


if __name__ == "__main__":
    main()
