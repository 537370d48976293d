"""Goldens of the merged tiny models: `merged.json` and `merged.safetensors`."""

import dataclasses
import itertools
import pathlib

import torch

import interpolation
from golden_file import write_golden
from routing import watch_routing
from slerp_merge import Merge, Stream, run
from tiny_checkpoints import BFLOAT16_CONFIGS, load_checkpoint, token_ids, vocabulary

EVERY_LENGTH = range(1, 41)
SOME_LENGTHS = (4, 5, 6, 9, 12, 13, 20, 33, 40)
FEW_LENGTHS = (6, 13, 33)
KEEPS = ((0, 0), (2, 3))
POSITIONS = ("midpoint", "first", "last", "compact")
BATCH_LENGTHS = (3, 7, 20, 33)
PAD_ID = 0


def options(merge: Merge) -> dict:
    """A merge as the manifest says it: the design's option names."""
    keeps = {"keepStart": merge.keep_start, "keepEnd": merge.keep_end}
    if merge.interpolation == "reference":
        own = {"maxTokensBeforeKeepingEnd": merge.max_tokens_before_keeping_end}
    else:
        own = {
            "positions": merge.positions,
            "minLength": merge.min_length,
            "proportionalAttention": merge.proportional_attention,
        }
    return {"afterLayer": merge.after_layer, "interpolation": merge.interpolation, **keeps, **own}


def label(merges: tuple[Merge, ...]) -> str:
    """The part of a case's name that its merges give, e.g. `slerp/after1/midpoint/start2-end3/proportional`."""
    merge = merges[0]
    layers = "+".join(str(m.after_layer) for m in merges)
    parts = [merge.interpolation, f"after{layers}"]
    if merge.interpolation == "reference":
        return "/".join([*parts, f"start{merge.keep_start}-end{merge.keep_end}-max{merge.max_tokens_before_keeping_end}"])
    parts += [merge.positions, f"start{merge.keep_start}-end{merge.keep_end}"]
    if merge.min_length != 4:
        parts.append(f"min{merge.min_length}")
    return "/".join([*parts, "proportional" if merge.proportional_attention else "plain"])


def trace_entry(merge: Merge, stream: Stream) -> dict:
    return {
        "afterLayer": merge.after_layer,
        "k": len(stream.extents),
        "extents": stream.extents,
        "sizes": stream.sizes,
        "positions": [int(p) if p == int(p) else p for p in stream.positions.tolist()],
        "targets": stream.targets,
    }


def away_from_threshold(states: torch.Tensor) -> float:
    """How far every neighbouring pair's |cos| is from 0.9995, where slerp jumps to linear interpolation."""
    if len(states) < 2:
        return 1.0
    return (interpolation.cosine(states[:-1], states[1:]).abs() - interpolation.LINEAR_ABOVE).abs().min().item()


def scales_with_length(model: torch.nn.Module) -> bool:
    """Whether RoPE's frequencies depend on how long the row is."""
    parameters = getattr(model.config, "rope_parameters", None) or {}
    return parameters.get("rope_type") in ("dynamic", "longrope")


class Cases:
    """Collects the cases of one checkpoint and the tensors that they name."""

    def __init__(self, model: torch.nn.Module, ids: list[int]) -> None:
        self.model, self.ids = model, ids
        self.routing_gaps = watch_routing(model)
        self.cases: list[dict] = []
        self.last_slots: list[torch.Tensor] = []
        self.tensors: dict[str, torch.Tensor] = {}

    def add(self, merges: tuple[Merge, ...], length: int, all_slots: bool = False, tokens: list[int] | None = None,
            prefix: str = "") -> str:
        """One prefill of `length` tokens; returns the case's name."""
        name = f"{prefix}{label(merges)}/n{length}"
        done = run(self.model, tokens or self.ids[:length], merges)
        for merge in merges:
            if merge.interpolation == "slerp":
                assert away_from_threshold(done.hidden[merge.after_layer + 1]) > 1e-5, name
        assert torch.isfinite(done.logits).all(), name
        assert min(self.routing_gaps, default=1) > 1e-4, name
        case = {
            "name": name,
            "length": length,
            **({"tokens": tokens} if tokens else {}),
            "merges": [options(merge) for merge in merges],
            "k": len(done.logits),
            "trace": [trace_entry(*pair) for pair in zip(merges, done.trace, strict=True)],
            "last": len(self.last_slots),
        }
        self.last_slots.append(done.logits[-1])
        if all_slots:
            case |= {"logits": f"logits/{name}", "merged": [f"merged/{name}/after{m.after_layer}" for m in merges]}
            self.tensors[case["logits"]] = done.logits
            for key, stream in zip(case["merged"], done.trace, strict=True):
                self.tensors[key] = stream.states
        self.cases.append(case)
        return name

    def add_decode(self, merges: tuple[Merge, ...], length: int, appended: int) -> None:
        """`length` tokens prefilled, then `appended` more, unmerged (design, 9): the logits after each of those.

        The pairs are those of the prefill; keeping `appended` more at the end of the whole sequence gives the same.
        """
        name = f"decode/{label(merges)}/n{length}+{appended}"
        longer = tuple(dataclasses.replace(m, keep_end=m.keep_end + appended) for m in merges)
        done = run(self.model, self.ids[: length + appended], longer)
        prefill = run(self.model, self.ids[:length], merges)
        assert [s.extents for s in prefill.trace] == [s.extents[:-appended] for s in done.trace]
        self.cases.append(
            {
                "name": name,
                "length": length,
                "appended": appended,
                "merges": [options(merge) for merge in merges],
                "k": len(prefill.logits),
                "trace": [trace_entry(*pair) for pair in zip(merges, prefill.trace, strict=True)],
                "last": len(self.last_slots),
                "decoded": f"decoded/{name}",
            }
        )
        self.last_slots.append(prefill.logits[-1])
        self.tensors[f"decoded/{name}"] = done.logits[-appended:]
        if scales_with_length(self.model):
            self.cases[-1]["decodedOneByOne"] = f"decodedOneByOne/{name}"
            self.tensors[f"decodedOneByOne/{name}"] = self.decode_one_by_one(merges, length, appended)

    def decode_one_by_one(self, merges: tuple[Merge, ...], length: int, appended: int) -> torch.Tensor:
        """The logits [appended, V] after each appended token, each of a full pass over the row so far."""
        steps = []
        for count in range(1, appended + 1):
            longer = tuple(dataclasses.replace(m, keep_end=m.keep_end + count) for m in merges)
            steps.append(run(self.model, self.ids[: length + count], longer).logits[-1])
        return torch.stack(steps)

    def write(self, folder: pathlib.Path, batch: dict | None) -> None:
        tensors = {"last": torch.stack(self.last_slots), **self.tensors}
        extra = {"batch": batch} if batch else {}
        write_golden(folder, "merged", {"tokens": self.ids, **extra, "cases": self.cases}, tensors)


def add_every_length(cases: Cases) -> None:
    """`reference` and per-token slerp with everything that changes its result, for every length from 1 to 40."""
    article = (
        Merge(1, "reference"),
        Merge(1, "reference", keep_start=3, keep_end=4, max_tokens_before_keeping_end=12),
    )
    for merge, n in itertools.product(article, EVERY_LENGTH):
        cases.add((merge,), n, all_slots=n in (12, 13, 33))
    for (start, end), positions, proportional, n in itertools.product(KEEPS, POSITIONS, (True, False), EVERY_LENGTH):
        merge = Merge(1, "slerp", positions, start, end, proportional_attention=proportional)
        cases.add((merge,), n, all_slots=positions == "midpoint" and n in (7, 12, 33))


def add_other_options(cases: Cases) -> None:
    """Interpolations, layers, minLength, and two merges."""
    for name, (start, end), n in itertools.product(("mean", "norm-preserving", "drop"), KEEPS, SOME_LENGTHS):
        cases.add((Merge(1, name, keep_start=start, keep_end=end),), n, all_slots=n == 12)
    for layer, n in itertools.product((0, 2, 3), FEW_LENGTHS):
        cases.add((Merge(layer, keep_start=2, keep_end=3),), n)
    for min_length, n in ((2, 2), (2, 3), (16, 15), (16, 16), (16, 17)):
        cases.add((Merge(1, min_length=min_length),), n)


def add_two_merges(cases: Cases) -> None:
    for (start, end), positions, n in itertools.product(KEEPS, POSITIONS, SOME_LENGTHS):
        both = tuple(Merge(layer, "slerp", positions, start, end) for layer in (0, 2))
        cases.add(both, n, all_slots=positions == "midpoint" and n == 33)


def add_decodes(cases: Cases) -> None:
    for (start, end), n in itertools.product(KEEPS, (12, 13, 33)):
        cases.add_decode((Merge(1, keep_start=start, keep_end=end),), n, appended=4)
    cases.add_decode(tuple(Merge(layer, keep_start=2, keep_end=3) for layer in (0, 2)), 33, appended=4)


def add_batch(cases: Cases) -> dict:
    """Rows of a left-padded batch, each computed alone: what every row of the batch must equal."""
    rows = [token_ids(seed=20 + row, length=n) for row, n in enumerate(BATCH_LENGTHS)]
    width = max(BATCH_LENGTHS)
    variants = [(Merge(1, keep_start=start, keep_end=end),) for start, end in KEEPS]
    variants.append(tuple(Merge(layer, keep_start=2, keep_end=3) for layer in (0, 2)))
    variants.append((Merge(1, positions="compact"),))
    return {
        "padId": PAD_ID,
        "inputIds": [[PAD_ID] * (width - len(row)) + row for row in rows],
        "attentionMask": [[0] * (width - len(row)) + [1] * len(row) for row in rows],
        # Each group is one batched run; its cases are the rows in order.
        "groups": [[cases.add(merges, len(row), tokens=row, prefix="batch/") for row in rows] for merges in variants],
    }


def add_family(cases: Cases) -> None:
    """What every family gets: slerp with two ways of positions, with and without proportional attention, after layers of
    all kinds, twice in one model, and followed by appended tokens."""
    layers = (0, 2, 5) if cases.model.config.num_hidden_layers > 5 else (0, 2)
    for layer, positions, (start, end), n in itertools.product(layers, ("midpoint", "compact"), KEEPS, (12, 33)):
        proportional = (layer == 0) == (positions == "midpoint")
        merge = Merge(layer, "slerp", positions, start, end, proportional_attention=proportional)
        cases.add((merge,), n, all_slots=positions == "midpoint" and start == 2 and n == 33)
    for both, (start, end) in itertools.product(itertools.pairwise(layers), KEEPS):
        merges = tuple(Merge(layer, keep_start=start, keep_end=end) for layer in both)
        cases.add(merges, 33, all_slots=start == 2)
    # From 12 tokens to 18: across an original context of 16.
    cases.add_decode((Merge(1, keep_start=2, keep_end=3),), 12, appended=6)


def write_merged_goldens(folder: pathlib.Path) -> None:
    """All of it for tiny-mistral, the sliding window for tiny-mistral-window, a few cases for the others."""
    families = folder.name in BFLOAT16_CONFIGS
    ids = token_ids(seed=7, length=33 if families else 48, vocab_size=vocabulary(folder.name))
    cases = Cases(load_checkpoint(folder), ids)
    batch = None
    if families:
        add_family(cases)
    elif folder.name == "tiny-mistral":
        add_every_length(cases)
        add_other_options(cases)
        add_two_merges(cases)
        add_decodes(cases)
        batch = add_batch(cases)
    elif folder.name == "tiny-mistral-window":
        for (start, end), positions, n in itertools.product(KEEPS, POSITIONS, SOME_LENGTHS):
            cases.add((Merge(1, "slerp", positions, start, end),), n, all_slots=positions == "midpoint" and n == 33)
        add_two_merges(cases)
        add_decodes(cases)
        batch = add_batch(cases)
    else:
        for (start, end), positions, n in itertools.product(KEEPS, POSITIONS, FEW_LENGTHS):
            cases.add((Merge(1, "slerp", positions, start, end),), n)
    cases.write(folder, batch)
