"""What prefills cost: products counted by torch on Hugging Face's models without weights, pairs and cached entries by hand.

    python test/oracle/costs.py test/goldens/costs.json

For each model: FLOPs of the weights' products of one row, with logits of its last token; FLOPs of q·kᵀ and p·v over the pairs that a
causal mask leaves, whatever a window would leave; bytes of keys and values in float32; weights, each once. `merged` is the same with
consecutive pairs merged behind a layer, 4 tokens at the start and 32 at the end kept.
"""

import json
import pathlib
import sys

import torch
import transformers
from torch.utils.flop_counter import FlopCounterMode

KEEP_START = 4
KEEP_END = 32

MODELS = {
    "grouped queries, tied head": dict(model_type="llama", hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3, vocab_size=49152, max_position_embeddings=8192, tie_word_embeddings=True),
    "sliding window": dict(model_type="mistral", hidden_size=1024, intermediate_size=3584, num_hidden_layers=8, num_attention_heads=16, num_key_value_heads=4, head_dim=64, vocab_size=32000, max_position_embeddings=32768, sliding_window=256, tie_word_embeddings=False),
    "mixture of experts": dict(model_type="mixtral", hidden_size=1024, intermediate_size=3584, num_hidden_layers=6, num_attention_heads=16, num_key_value_heads=4, vocab_size=32000, max_position_embeddings=32768, num_local_experts=8, num_experts_per_tok=2, tie_word_embeddings=False),
    "wide heads": dict(model_type="qwen3", hidden_size=1024, intermediate_size=3072, num_hidden_layers=10, num_attention_heads=16, num_key_value_heads=8, head_dim=128, vocab_size=50000, max_position_embeddings=40960, tie_word_embeddings=True),
    "capped scores, windows by turns": dict(model_type="gemma2", hidden_size=1152, intermediate_size=4608, num_hidden_layers=10, num_attention_heads=8, num_key_value_heads=4, head_dim=256, vocab_size=50000, max_position_embeddings=8192, sliding_window=256, query_pre_attn_scalar=256, tie_word_embeddings=True),
    "a head of keys for each of queries": dict(model_type="gpt2", n_embd=768, n_layer=12, n_head=12, n_positions=1024, vocab_size=50257),
    "one head of keys": dict(model_type="falcon", hidden_size=1024, num_hidden_layers=8, num_attention_heads=16, multi_query=True, parallel_attn=True, new_decoder_architecture=False, bias=False, alibi=False, vocab_size=50000),
}
LENGTH = 300


def linear_flops(description: dict, layers_key: str) -> tuple[float, float]:
    """Of a layer and a token, and of the head: counted on a model of one layer."""
    config = transformers.AutoConfig.for_model(**{**description, layers_key: 1})
    config._attn_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(config).eval()

    def count(length: int) -> int:
        counter = FlopCounterMode(display=False)
        with counter, torch.no_grad():
            model(torch.zeros(1, length, dtype=torch.long), logits_to_keep=1, use_cache=False)
        counts = counter.get_flop_counts()["Global"]
        return sum(flops for op, flops in counts.items() if op in (torch.ops.aten.mm, torch.ops.aten.addmm))

    layer = (count(20) - count(10)) / 10
    return layer, count(10) - 10 * layer


def mixture_flops(config, hidden: int) -> float:
    """A router and all experts: the program computes each, and keeps those that the router chose."""
    return 2 * hidden * config.num_local_experts + config.num_local_experts * 3 * 2 * hidden * config.intermediate_size


def hand_counted_layer(config, hidden: int, heads: int, kv_heads: int, head: int) -> float:
    return 2 * hidden * head * (2 * heads + 2 * kv_heads) + mixture_flops(config, hidden)


def case(name: str, description: dict) -> dict:
    config = transformers.AutoConfig.for_model(**description)
    config._attn_implementation = "eager"
    with torch.device("meta"):
        model = transformers.AutoModelForCausalLM.from_config(config)
    layers, heads, hidden = config.num_hidden_layers, config.num_attention_heads, config.hidden_size
    kv_heads = 1 if getattr(config, "multi_query", False) else getattr(config, "num_key_value_heads", None) or heads
    head = getattr(config, "head_dim", None) or hidden // heads
    if description["model_type"] == "mixtral":
        # torch counts the experts that a router chooses.
        layer, last = hand_counted_layer(config, hidden, heads, kv_heads, head), 2 * hidden * config.vocab_size
    else:
        layer, last = linear_flops(description, "n_layer" if "n_layer" in description else "num_hidden_layers")

    def costs(of_layers: list[int]) -> dict:
        pairs = sum(tokens * (tokens + 1) // 2 for tokens in of_layers)
        return {
            "linear": layer * sum(of_layers) + last,
            "attention": pairs * heads * 2 * (head + head),
            "kvBytes": 4 * 2 * kv_heads * head * sum(of_layers),
        }

    after = layers // 2
    slots = KEEP_START + (LENGTH - KEEP_START - KEEP_END + 1) // 2 + KEEP_END
    merged = {"afterLayer": after, "slots": slots, **costs([LENGTH] * (after + 1) + [slots] * (layers - after - 1))}
    weights = sum(parameter.numel() for parameter in model.parameters())
    return {"name": name, "length": LENGTH, "config": {**config.to_dict(), "dtype": "float32"}, "weights": weights, "base": costs([LENGTH] * layers), "merged": merged}


def main() -> None:
    cases = [case(name, description) for name, description in MODELS.items()]
    for item in cases:
        item["config"] = {key: value for key, value in item["config"].items() if value is not None}
    pathlib.Path(sys.argv[1]).write_text("[\n" + ",\n".join(json.dumps(item, separators=(",", ":")) for item in cases) + "\n]\n")


if __name__ == "__main__":
    main()
