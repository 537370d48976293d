"""Writes digests as make-pre-tokenizers.mjs does, but by Hugging Face's tokenizers with the patterns of the models' own
tokenizer.json, for those pre-tokenizers that llama.cpp only comes near to: it stands in for \\p{Lu} and \\p{M} with ASCII
ranges, and its \\s lacks U+3000.

Run by hand with tokenizers 0.23.3 and gguf 0.19.0:
  python make_upstream_pre_tokenizers.py strings.json ../../goldens
"""

import hashlib
import json
import sys
from importlib.metadata import version
from pathlib import Path

from gguf import GGUFReader
from tokenizers import AddedToken, Regex, Tokenizer, models, pre_tokenizers

UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"
SUFFIX = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
PATTERNS = {
    "tekken": [
        rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*|\p{{N}}"
        rf"| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{SPACES}"
    ],
    "gpt-4o": [
        rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+{SUFFIX}|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*{SUFFIX}|\p{{N}}{{1,3}}"
        rf"| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{SPACES}"
    ],
    "deepseek-coder": [r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", "[一-龥ࠀ-一가-퟿]+", r"\p{N}"],
}


def tokenizer_with(reader: GGUFReader, patterns: list[str], ignore_merges: bool) -> Tokenizer:
    tokens = reader.get_field("tokenizer.ggml.tokens").contents()
    types = reader.get_field("tokenizer.ggml.token_type").contents()
    merges = [tuple(merge.split(" ")) for merge in reader.get_field("tokenizer.ggml.merges").contents()]
    vocab = {token: i for i, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocab, merges, ignore_merges=ignore_merges))
    splits = [pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in patterns]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([*splits, pre_tokenizers.ByteLevel(False, use_regex=False)])
    tokenizer.add_special_tokens([AddedToken(t, normalized=False) for t, kind in zip(tokens, types) if kind == 3])
    return tokenizer


if __name__ == "__main__":
    strings, folder = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    reader = GGUFReader(folder / "tokenizer-bpe.gguf")
    digests = {}
    for name, patterns in PATTERNS.items():
        tokenizer = tokenizer_with(reader, patterns, ignore_merges=name == "tekken")
        ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in strings]
        digests[name] = hashlib.sha256(json.dumps(ids, separators=(",", ":")).encode()).hexdigest()
        if len(sys.argv) > 3:
            print(json.dumps({"name": name, "ids": ids}))
    oracle = f"tokenizers {version('tokenizers')}"
    (folder / "tokenizer-pre-upstream.json").write_text(json.dumps({"oracle": oracle, "digests": digests}, indent=2) + "\n")
