"""A golden is a pair of files: NAME.safetensors with the tensors, NAME.json with what they mean."""

import importlib.metadata
import json
import pathlib

import safetensors.torch
import torch

VERSIONS = {
    package: importlib.metadata.version(package)
    for package in ("torch", "transformers", "tokenizers", "safetensors", "gguf", "numpy")
}


def rows(items: list) -> str:
    """A JSON array with one item a line: a changed case shows as a changed line."""
    return "[\n" + ",\n".join("    " + json.dumps(item, separators=(",", ":")) for item in items) + "\n  ]"


def write_golden(folder: pathlib.Path, name: str, manifest: dict, tensors: dict[str, torch.Tensor]) -> None:
    """Writes the pair. Lists of objects in the manifest are written one object a line."""
    folder.mkdir(parents=True, exist_ok=True)
    fields = {"versions": VERSIONS, **manifest}
    lines = [
        f"  {json.dumps(key)}: "
        + (rows(value) if isinstance(value, list) and value and isinstance(value[0], dict) else json.dumps(value))
        for key, value in fields.items()
    ]
    (folder / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    if tensors:
        safetensors.torch.save_file({key: value.contiguous() for key, value in tensors.items()}, folder / f"{name}.safetensors")
