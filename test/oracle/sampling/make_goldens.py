"""What sampling must draw from: probabilities by Hugging Face's logits processors, in the order in which `generate` runs them.

    python test/oracle/sampling/make_goldens.py test/goldens/sampling.json
"""

import json
import sys

import torch
import transformers
from transformers import (
    LogitsProcessorList,
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

VOCABULARY = 40
SEEN = [3, 7, 7, 20, 39]
OPTIONS = [
    {"temperature": 1.0},
    {"temperature": 0.5},
    {"temperature": 1.7},
    {"temperature": 1.0, "topK": 1},
    {"temperature": 1.0, "topK": 5},
    {"temperature": 1.0, "topK": 100},
    {"temperature": 1.0, "topP": 0.9},
    {"temperature": 0.7, "topP": 0.3},
    {"temperature": 1.0, "topP": 0.01},
    {"temperature": 1.0, "minP": 0.1},
    {"temperature": 1.5, "minP": 0.3},
    {"temperature": 1.0, "repetitionPenalty": 1.3},
    {"temperature": 1.0, "repetitionPenalty": 0.7},
    {"temperature": 0.8, "topK": 12, "topP": 0.85, "minP": 0.05, "repetitionPenalty": 1.2},
]


def processors(options: dict[str, float]) -> LogitsProcessorList:
    """The order of GenerationMixin._get_logits_processor."""
    made = LogitsProcessorList()
    if "repetitionPenalty" in options:
        made.append(RepetitionPenaltyLogitsProcessor(options["repetitionPenalty"]))
    made.append(TemperatureLogitsWarper(options["temperature"]))
    if "topK" in options:
        made.append(TopKLogitsWarper(options["topK"]))
    if "topP" in options:
        made.append(TopPLogitsWarper(options["topP"]))
    if "minP" in options:
        made.append(MinPLogitsWarper(options["minP"]))
    return made


def main(path: str) -> None:
    logits = torch.randn(1, VOCABULARY, generator=torch.Generator().manual_seed(8)) * 2
    cases = [
        {
            "options": options,
            "probabilities": processors(options)(torch.tensor([SEEN]), logits.clone()).softmax(-1)[0].tolist(),
        }
        for options in OPTIONS
    ]
    golden = {
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "logits": logits[0].tolist(),
        "seen": SEEN,
        "cases": cases,
    }
    with open(path, "w") as file:
        json.dump(golden, file, indent=1)
        file.write("\n")


main(sys.argv[1])
