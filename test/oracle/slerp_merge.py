"""slerpMerge, rendered by driving a Hugging Face decoder layer by layer (`families.py` says how each is driven).

Written from the project's design ("What slerpMerge means", 1 to 8 and 11b, and "`reference`"), not from its TypeScript.
One row at a time: a row of a padded batch must equal itself alone, so alone is how the oracle computes it.

How the places that the design leaves open are read here:

* `n`, `keepStart`, `keepEnd` and `minLength` count the slots that reach the merge; for a second merge those are the
  slots that the first one left, not original tokens.
* A merge that takes place gives every slot, merged or not, its position from its extent by the merge's own
  `positions`; a merge that changes nothing (1) leaves positions as they were.
* `drop`, `mean` and `norm-preserving` change the state only: extent, size and position are those of any merged pair.
* `reference`: keepStart is `starting_tokens`. Let r = n - keepStart be what remains. If r > the threshold
  (`max_tokens_before_keeping_end`), the last keepEnd (`ending_tokens`) of those r are kept as well and the r - keepEnd
  before them are merged; otherwise all r are merged and no end is kept. "Length n <= 3 unchanged", the zero vectors, t,
  and the Frobenius norms are about that merged part alone. minLength is not used. The mask is causal over the k slots
  (no sliding window), positions are 0..k-1, and there is no proportional attention. Positions are 0..k-1 even if
  nothing was merged (then they are what they were).
"""

import dataclasses
import math

import torch

import interpolation
from families import Slots, adapt

Extent = tuple[int, int]


@dataclasses.dataclass(frozen=True)
class Merge:
    """Options of one merge. `max_tokens_before_keeping_end` belongs to `reference` only."""

    after_layer: int
    interpolation: str = "slerp"
    positions: str = "midpoint"
    keep_start: int = 0
    keep_end: int = 0
    min_length: int = 4
    proportional_attention: bool = True
    max_tokens_before_keeping_end: int = 0


@dataclasses.dataclass(frozen=True)
class Stream:
    """The k slots of one row between two layers.

    states [k, D]; extents: first and last original position of each slot; positions [k]: what RoPE is given.
    `windowed` and `proportional` say how the layers that follow build their mask.
    """

    states: torch.Tensor
    extents: list[Extent]
    positions: torch.Tensor
    windowed: bool = True
    proportional: bool = False

    @property
    def sizes(self) -> list[int]:
        """How many original tokens each slot stands for."""
        return [last - first + 1 for first, last in self.extents]

    @property
    def targets(self) -> list[int]:
        """The original position that each slot predicts: the one after its last token (design, 11b)."""
        return [last + 1 for _, last in self.extents]


def slot_positions(extents: list[Extent], strategy: str) -> torch.Tensor:
    """Position of each slot by its extent, [k] float32 (design, 4)."""
    by_strategy = {
        "midpoint": [(first + last) / 2 for first, last in extents],
        "first": [float(first) for first, _ in extents],
        "last": [float(last) for _, last in extents],
        "compact": [float(slot) for slot in range(len(extents))],
    }
    return torch.tensor(by_strategy[strategy], dtype=torch.float32)


def joined(a: Extent, b: Extent) -> Extent:
    return (a[0], b[1])


def merge_consecutive(stream: Stream, merge: Merge) -> Stream:
    """Pairs (s, s+1), (s+2, s+3), ... of the region [keepStart, n - keepEnd); an odd last one stays (design, 1 to 4)."""
    n = len(stream.extents)
    if n < merge.min_length or n - merge.keep_start - merge.keep_end < 2:
        return stream
    start, end = merge.keep_start, n - merge.keep_end
    end_of_pairs = start + (end - start) // 2 * 2
    firsts, seconds = range(start, end_of_pairs, 2), range(start + 1, end_of_pairs, 2)
    combine = interpolation.BY_NAME[merge.interpolation]
    merged = combine(stream.states[list(firsts)], stream.states[list(seconds)])
    states = torch.cat([stream.states[:start], merged, stream.states[end_of_pairs:]])
    extents = (
        stream.extents[:start]
        + [joined(stream.extents[i], stream.extents[j]) for i, j in zip(firsts, seconds, strict=True)]
        + stream.extents[end_of_pairs:]
    )
    return Stream(
        states, extents, slot_positions(extents, merge.positions), stream.windowed, merge.proportional_attention
    )


def merge_as_the_article(stream: Stream, merge: Merge) -> Stream:
    """`reference`: see the module's docstring."""
    n = len(stream.extents)
    start = min(merge.keep_start, n)
    keeps_end = n - start > merge.max_tokens_before_keeping_end
    end = max(start, n - merge.keep_end) if keeps_end else n
    states, extents = merge_article_region(stream.states[start:end], stream.extents[start:end])
    states = torch.cat([stream.states[:start], states, stream.states[end:]])
    extents = stream.extents[:start] + extents + stream.extents[end:]
    return Stream(states, extents, slot_positions(extents, "compact"), windowed=False, proportional=False)


def merge_article_region(x: torch.Tensor, extents: list[Extent]) -> tuple[torch.Tensor, list[Extent]]:
    """Zero vectors around x [n, D] so that its first and its last (for odd n: its last two) tokens meet a zero."""
    n = len(x)
    if n <= 3:
        return x, extents
    zero = torch.zeros(1, x.shape[1])
    if n % 2 == 0:
        padded = torch.cat([zero, x, zero])
        padded_extents = [None, *extents, None]
        kept_at_end = 1
    else:
        padded = torch.cat([zero, x[:-1], zero, x[-1:], zero])
        padded_extents = [None, *extents[:-1], None, extents[-1], None]
        kept_at_end = 2
    pairs = len(padded) // 2
    t = torch.tensor([1.0] + [0.5] * (pairs - 1 - kept_at_end) + [0.0] * kept_at_end)
    merged = interpolation.reference(padded[0::2], padded[1::2], t)
    merged_extents = [
        joined(a or b, b or a) for a, b in zip(padded_extents[0::2], padded_extents[1::2], strict=True)
    ]
    return merged, merged_extents


def attention_mask(stream: Stream, window: int | None) -> torch.Tensor:
    """What is added to the attention logits, [1, 1, k, k]: rows are queries, columns keys (design, 5 and 6)."""
    k = len(stream.extents)
    order = torch.arange(k)
    seen = order[None, :] <= order[:, None]
    if window is not None and stream.windowed:
        last = torch.tensor([last for _, last in stream.extents])
        seen = seen & (last[:, None] - last[None, :] < window)
    bias = torch.tensor([math.log(size) for size in stream.sizes]) if stream.proportional else torch.zeros(k)
    return torch.where(seen, bias[None, :], -torch.inf)[None, None]


@dataclasses.dataclass(frozen=True)
class Run:
    """logits [k, V]; hidden: the stream's states before each layer and after the last one; trace: the stream after
    each merge, in order."""

    logits: torch.Tensor
    hidden: list[torch.Tensor]
    trace: list[Stream]


@torch.no_grad()
def run(model: torch.nn.Module, ids: list[int], merges: tuple[Merge, ...] = ()) -> Run:
    """Embedding, layers with merges between them, final norm, head, through the adapter of the model's family."""
    family = adapt(model)
    states = family.embed(torch.tensor(ids))
    stream = Stream(states, [(i, i) for i in range(len(ids))], torch.arange(len(ids), dtype=torch.float32))
    hidden, trace = [stream.states], []
    for index in range(len(family.layers)):
        slots = Slots(stream.positions, len(ids), attention_mask(stream, family.window(index)))
        states = family.layer(index, stream.states[None], slots)[0]
        stream = dataclasses.replace(stream, states=states)
        hidden.append(states)
        for merge in merges:
            if merge.after_layer == index:
                apply = merge_as_the_article if merge.interpolation == "reference" else merge_consecutive
                stream = apply(stream, merge)
                trace.append(stream)
    return Run(family.logits(stream.states), hidden, trace)
