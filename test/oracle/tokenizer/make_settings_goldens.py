"""Writes token ids and decoded text by Hugging Face's tokenizers for settings of a tokenizer.json: pre-tokenizers of all
kinds, in front of one tiny byte-level vocabulary whose merges cross whatever they cut, normalizers that strip, and
decoders of bytes.

Run by hand with tokenizers 0.23.3:
  python make_settings_goldens.py ../../goldens
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

TEXTS = [
    "1 ½ cups", "x ²", "a ٣ b", " ١٢٣ १२३", " １２３", "Ⅷ ①② m² H₂O", "12 345 6", "2024-05-01",
    "ab    \ufeffabc", "a\n\ufeff b", "  \u0085x", "\u0085 a", "a\u00a0b\u2028c\u3000d", "\ufeff",
    "--== !!!", "a...b", "x  y z", "foo(bar, baz)", "$5 + 3 = 8 ~ ^", "¿qué?", "“q” — x", "a_b c", "été, naïve",
    "Don't we'll I'M", "a\u200db", "a😀bcd", "abxabab", "  lead", "trail  ", "▁a ▁▁b",
]  # fmt: skip


def split(pattern: str, behavior: str, invert: bool = False, kind: str = "Regex") -> dict:
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def byte_level(use_regex: bool, add_prefix_space: bool = False) -> dict:
    return {"type": "ByteLevel", "add_prefix_space": add_prefix_space, "trim_offsets": True, "use_regex": use_regex}


def sequence(*steps: dict) -> dict:
    return {"type": "Sequence", "pretokenizers": list(steps)}


BEHAVIORS = ["Removed", "Isolated", "Contiguous", "MergedWithPrevious", "MergedWithNext"]
BYTES = byte_level(use_regex=False)
PRE_TOKENIZERS = {
    "ByteLevel": byte_level(use_regex=True),
    "ByteLevel with a space": byte_level(use_regex=True, add_prefix_space=True),
    "ByteLevel with a space, no pattern": byte_level(use_regex=False, add_prefix_space=True),
    "Digits one by one": sequence({"type": "Digits", "individual_digits": True}, BYTES),
    "Digits together": sequence({"type": "Digits", "individual_digits": False}, BYTES),
    "Digits and ByteLevel": sequence({"type": "Digits", "individual_digits": True}, byte_level(use_regex=True)),
    "Digits in a sequence of a sequence": sequence(sequence({"type": "Digits", "individual_digits": True}), BYTES),
    "Whitespace": sequence({"type": "Whitespace"}, BYTES),
    "WhitespaceSplit": sequence({"type": "WhitespaceSplit"}, BYTES),
    "BertPreTokenizer": sequence({"type": "BertPreTokenizer"}, BYTES),
    "FixedLength": sequence({"type": "FixedLength", "length": 2}, BYTES),
    "Punctuation": sequence({"type": "Punctuation"}, BYTES),
    **{f"Punctuation {b}": sequence({"type": "Punctuation", "behavior": b}, BYTES) for b in BEHAVIORS},
    **{f"Split a? b {b}": sequence(split("a?b", b), BYTES) for b in BEHAVIORS},
    **{f"Split a? b {b}, inverted": sequence(split("a?b", b, True), BYTES) for b in BEHAVIORS},
    **{f"Split words {b}, inverted": sequence(split(r"\w+|\s+", b, True), BYTES) for b in BEHAVIORS},
    **{f"Split dots {b}": sequence(split(".", b, kind="String"), BYTES) for b in BEHAVIORS},
    **{f"Metaspace {s}": sequence({"type": "Metaspace", "replacement": "▁", "prepend_scheme": s}, BYTES) for s in ["always", "first", "never"]},
    "Metaspace in one piece": sequence({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": False}, BYTES),
}  # fmt: skip

STRIP = {"type": "Strip", "strip_left": True, "strip_right": True}
NORMALIZERS = {
    "Strip": STRIP,
    "Strip on the left": {**STRIP, "strip_right": False},
    "Strip on the right": {**STRIP, "strip_left": False},
    "Strip in a sequence": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u0085 "}, STRIP]},
}
STRIPPED = ["  a b  ", "\ufeff a \ufeff", "\u0085 a\u0085", " \ufeff", "\n\ta\u3000\n", " ", "😀 ", " 😀", ""]


def model() -> dict:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    trainer = trainers.BpeTrainer(
        vocab_size=520, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, max_token_length=12
    )
    spaced = [" ".join([text, text]) for text in TEXTS] + [text.replace(" ", "▁") for text in TEXTS]
    tokenizer.train_from_iterator(spaced, trainer)
    trained = json.loads(tokenizer.to_str())["model"]
    return {"type": "BPE", "vocab": trained["vocab"], "merges": trained["merges"]}


def tokenizer_json(**parts: object) -> dict:
    empty = ["normalizer", "pre_tokenizer", "post_processor", "decoder"]
    return {"version": "1.0", "added_tokens": [], **{part: None for part in empty}, **parts}


def decoded(tokens: list[str]) -> list[tuple[list[int], str]]:
    """Bytes of a fallback vocabulary, among them those of U+FEFF at the start, and what they decode to."""
    decoders = [{"type": "ByteFallback"}, {"type": "Fuse"}]
    vocab = {token: i for i, token in enumerate(tokens)}
    tokenizer = Tokenizer.from_str(
        json.dumps(
            tokenizer_json(
                decoder={"type": "Sequence", "decoders": decoders},
                model={"type": "BPE", "vocab": vocab, "merges": [], "byte_fallback": True},
            )
        )
    )
    cases = [[0, 1, 2, 3], [3, 0, 1, 2], [0, 1, 2, 0, 1, 2], [4, 5, 3], [3, 4, 3], [0, 1, 2]]
    return [(ids, tokenizer.decode(ids)) for ids in cases]


if __name__ == "__main__":
    bpe = model()
    cases = {}
    for name, pre_tokenizer in PRE_TOKENIZERS.items():
        tokenizer = Tokenizer.from_str(json.dumps(tokenizer_json(pre_tokenizer=pre_tokenizer, model=bpe)))
        cases[name] = {"pre_tokenizer": pre_tokenizer, "ids": [tokenizer.encode(text).ids for text in TEXTS]}
    normalized = {}
    for name, normalizer in NORMALIZERS.items():
        parts = {"normalizer": normalizer, "pre_tokenizer": BYTES, "model": bpe}
        tokenizer = Tokenizer.from_str(json.dumps(tokenizer_json(**parts)))
        ids = [(text, tokenizer.encode(text).ids) for text in STRIPPED]
        normalized[name] = {"normalizer": normalizer, "pre_tokenizer": BYTES, "cases": ids}
    fallback = ["<0xEF>", "<0xBB>", "<0xBF>", "a", "<0xC3>", "<0xA9>"]
    golden = {
        "oracle": f"tokenizers {version('tokenizers')}",
        "model": bpe,
        "texts": TEXTS,
        "preTokenizers": cases,
        "normalizers": normalized,
        "byteFallback": {"tokens": fallback, "cases": decoded(fallback)},
    }
    path = Path(sys.argv[1]) / "tokenizer-settings.json"
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
