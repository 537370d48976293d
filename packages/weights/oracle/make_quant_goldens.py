"""Writes the goldens of the readers: random ggml blocks with what the Python package gguf makes of them, and small files
as the Python packages safetensors and gguf write them.

Run by hand with gguf 0.19.0, numpy 2.4.6, safetensors 0.8.0 and torch 2.13.0:
  python make_quant_goldens.py ../goldens
"""

import base64
import json
import sys
from importlib.metadata import version
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Type
from safetensors.torch import save_file

BLOCKS = 6
# Where a block holds half floats, whose bits must not make infinities or NaN.
HALF_OFFSETS = {
    Type.Q4_0: [0],
    Type.Q4_1: [0, 2],
    Type.Q5_0: [0],
    Type.Q5_1: [0, 2],
    Type.Q8_0: [0],
    Type.Q4_K: [0, 2],
    Type.Q5_K: [0, 2],
    Type.Q6_K: [208],
}


def base64_of(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()


def random_blocks(rng: np.random.Generator, kind: Type) -> np.ndarray:
    size = gguf.GGML_QUANT_SIZES[kind][1]
    blocks = rng.integers(0, 256, (BLOCKS, size), dtype=np.uint8)
    for offset in HALF_OFFSETS[kind]:
        halves = (rng.standard_normal(BLOCKS) * 10.0 ** rng.integers(-7, 3, BLOCKS)).astype(np.float16)
        blocks[:, offset : offset + 2] = halves.view(np.uint8).reshape(BLOCKS, 2)
    return blocks


def plain_values() -> tuple[np.ndarray, np.ndarray]:
    special = [0x0000, 0x8000, 0x0001, 0x83FF, 0x0400, 0x3C00, 0xBC01, 0x7BFF, 0x7C00, 0xFC00]
    bits = np.concatenate([np.array(special, np.uint16), np.arange(0, 0x7C00, 331, dtype=np.uint16)])
    return bits.view(np.float16), (bits.astype(np.uint32) << 16).view(np.float32)


def quant_goldens() -> dict:
    rng = np.random.default_rng(7)
    cases = {}
    for kind in HALF_OFFSETS:
        blocks = random_blocks(rng, kind)
        values = gguf.quants.dequantize(blocks, kind).astype(np.float32)
        cases[kind.name] = {"blocks": base64_of(blocks), "values": base64_of(values)}
    halves, brains = plain_values()
    cases["F16"] = {"blocks": base64_of(halves), "values": base64_of(halves.astype(np.float32))}
    brain_bits = (brains.view(np.uint32) >> 16).astype(np.uint16)
    cases["BF16"] = {"blocks": base64_of(brain_bits), "values": base64_of(brains)}
    versions = {name: version(name) for name in ["gguf", "numpy", "safetensors", "torch"]}
    return {"versions": versions, "cases": cases}


def ramp(*shape: int) -> np.ndarray:
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape) / 4


def small_files(folder: Path) -> None:
    tensors = {
        "half": torch.tensor(ramp(3, 5)).half(),
        "brain": torch.tensor(ramp(2, 2, 2)).bfloat16(),
        "full": torch.tensor(ramp(7)),
        "scalar": torch.tensor(1.5),
        "flags": torch.tensor([True, False, True]),
    }
    save_file(tensors, folder / "small.safetensors", metadata={"format": "pt"})
    out = gguf.GGUFWriter(folder / "small.gguf", "llama")
    out.add_array("test.texts", ["one", "", "drei"])
    out.add_array("test.numbers", [1, 2, 3])
    out.add_uint64("test.large", 2**63)
    out.add_bool("test.flag", True)
    out.add_float32("test.float", 0.5)
    out.add_tensor("full", ramp(3, 5))
    out.add_tensor("half", ramp(4, 2).astype(np.float16))
    weights = np.sin(ramp(6, 64))
    out.add_tensor("quantised", gguf.quants.quantize(weights, Type.Q8_0), raw_dtype=Type.Q8_0)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "quants.json").write_text(json.dumps(quant_goldens(), indent=1) + "\n")
    small_files(folder)
