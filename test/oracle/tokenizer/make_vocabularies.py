"""Writes tiny GGUF vocabularies that ids are compared on with llama.cpp (make-goldens.mjs, make-pre-tokenizers.mjs).

Run by hand with tokenizers 0.23.3 and gguf 0.19.0:
  node -e "import('./strings.mjs').then(m => console.log(JSON.stringify(m.strings)))" > strings.json
  python make_vocabularies.py strings.json ../../goldens

tokenizer-sentencepiece.gguf  SentencePiece style with a space prefix; groups of tokens share a score, so that ties matter
tokenizer-no-prefix.gguf      the same without the prefix, with user-defined tokens for runs of spaces, as Gemma has
tokenizer-bpe.gguf            byte-level BPE, whose pre-tokenizer the tests replace
"""

import json
import sys
from pathlib import Path

import gguf
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE = 1, 2, 3, 4, 6
PROSE = [
    "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife.",
    "However little known the feelings or views of such a man may be on his first entering a neighbourhood, this truth is so "
    "well fixed in the minds of the surrounding families, that he is considered the rightful property of some one or other of "
    "their daughters.",
    "aa aaa aaaa aaaaa aaaaaa ababa babab hahaha    spaces     and      more       spaces",
    "def f(x):\n    return x + 1\n\n\nfor i in range(10):\n\tprint(i, 1234567)\n",
]


def writer(path: Path, model: str) -> gguf.GGUFWriter:
    out = gguf.GGUFWriter(path, "llama")
    out.add_block_count(1)
    out.add_context_length(128)
    out.add_embedding_length(32)
    out.add_feed_forward_length(32)
    out.add_head_count(1)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_tokenizer_model(model)
    return out


def finish(out: gguf.GGUFWriter) -> None:
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def trained(texts: list[str], pre: pre_tokenizers.PreTokenizer | None, size: int, alphabet: list[str], limit: int) -> dict:
    tokenizer = Tokenizer(models.BPE())
    if pre is not None:
        tokenizer.pre_tokenizer = pre
    trainer = trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=alphabet, limit_alphabet=limit, show_progress=False, max_token_length=10
    )
    tokenizer.train_from_iterator(texts, trainer)
    return json.loads(tokenizer.to_str())["model"]


def sentencepiece(path: Path, texts: list[str], prefix: bool) -> None:
    model = trained([text.replace(" ", "▁") for text in texts], None, 900, [], 120)
    merged = [left + right for left, right in model["merges"]]
    characters = [token for token in model["vocab"] if len(token) == 1]
    user_defined = [] if prefix else ["▁" * n for n in range(2, 9)] + ["\n" * n for n in range(1, 5)]
    special = ["<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"]
    spelled = [f"<0x{byte:02X}>" for byte in range(256)]
    taken = {*special, *spelled, *user_defined, "\0"}
    pieces = [piece for piece in dict.fromkeys(merged) if piece not in taken and "\0" not in piece]
    characters = [character for character in characters if character not in taken]
    tokens = special + spelled + user_defined + pieces + characters
    types = [UNKNOWN] + [CONTROL] * 4 + [BYTE] * 256 + [USER_DEFINED] * len(user_defined)
    types += [NORMAL] * (len(tokens) - len(types))
    scores = [0.0] * (len(special) + 256) + [-1000.0] * len(user_defined)
    scores += [-float(i // 4) for i in range(len(pieces))] + [-10000.0] * len(characters)
    out = writer(path, "llama")
    out.add_token_list(tokens)
    out.add_token_scores(scores)
    out.add_token_types(types)
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)
    out.add_unk_token_id(0)
    out.add_add_space_prefix(prefix)
    finish(out)


def byte_level(path: Path, texts: list[str]) -> None:
    pre = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    model = trained(texts, pre, 1200, pre_tokenizers.ByteLevel.alphabet(), 256)
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    out = writer(path, "gpt2")
    out.add_tokenizer_pre("gpt-2")
    out.add_token_list(tokens + special)
    out.add_token_types([NORMAL] * len(tokens) + [CONTROL] * 3)
    out.add_token_merges([" ".join(pair) for pair in model["merges"]])
    out.add_bos_token_id(len(tokens))
    out.add_eos_token_id(len(tokens))
    out.add_add_bos_token(False)
    finish(out)


if __name__ == "__main__":
    strings, folder = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    texts = PROSE * 20 + strings
    sentencepiece(folder / "tokenizer-sentencepiece.gguf", texts, prefix=True)
    sentencepiece(folder / "tokenizer-no-prefix.gguf", texts, prefix=False)
    byte_level(folder / "tokenizer-bpe.gguf", texts)
