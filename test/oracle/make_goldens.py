"""Writes every golden again: python make_goldens.py --out GOLDENS [--gguf SmolLM2-135M-Instruct.Q4_1.gguf] [--only PART]."""

import argparse
import pathlib

import torch

from base_goldens import write_base_goldens
from causality import check_causality
from gguf_files import write_gguf_files
from gguf_names import write_gguf_names
from interpolation_goldens import write_interpolation_goldens
from merged_goldens import write_merged_goldens
from rope_goldens import write_rope_goldens
from slerp_merge import Merge
from smollm2 import write_smollm2_goldens
from tiny_checkpoints import CONFIGS, load_checkpoint, token_ids, vocabulary, write_checkpoint


def write_tiny(out: pathlib.Path) -> None:
    for name in CONFIGS:
        write_checkpoint(out / name, name)
        write_base_goldens(out / name)
        write_merged_goldens(out / name)
        print(name)
    write_gguf_names(out)
    write_gguf_files(out)
    write_interpolation_goldens(out / "interpolation")
    write_rope_goldens(out / "rope")


def check_tiny(out: pathlib.Path) -> None:
    for name in CONFIGS:
        model = load_checkpoint(out / name)
        ids = token_ids(seed=7, length=14, vocab_size=vocabulary(name))
        for merges in ((Merge(1),), (Merge(1, keep_start=2, keep_end=3),), (Merge(0), Merge(2))):
            check_causality(model, ids, merges)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--gguf", type=pathlib.Path, help="SmolLM2-135M-Instruct as Q4_1; without it that part is skipped")
    parser.add_argument("--only", choices=("tiny", "smollm2"))
    arguments = parser.parse_args()
    # One thread: the order of float32 sums, and so the last bits, don't depend on the machine's number of cores.
    torch.set_num_threads(1)
    if arguments.only != "smollm2":
        write_tiny(arguments.out)
        check_tiny(arguments.out)
    if arguments.gguf and arguments.only != "tiny":
        write_smollm2_goldens(arguments.out / "smollm2", arguments.gguf)


if __name__ == "__main__":
    main()
