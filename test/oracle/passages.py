"""Which tokens stay alone where a text surprises, as docs/guide.md says it, for random rows: no model, no library.

    python test/oracle/passages.py test/goldens/passages.json
"""

import json
import pathlib
import random
import sys

SEED = 7
ROWS = 80
LONGEST = 60
THRESHOLD = 4.0
GAP = 3
LEAST = 8
BACK = 3
TOKENS_PER_SLOT = 50
MOST_SAVED = 12

# Letters of a row's `kinds`: "." a word, "-" the rest of one, "C" capitalised, "c" the rest of such a word, "N" a name, "n" the rest
# of one, "9" a digit, "#" a special token.
KINDS = "......--CcNn99#"
GOES_ON = "-cn"
CAPITALISED = "CcNn"
NAMES = "Nn"


def word_surprise(kinds: str, surprise: list[float]) -> list[float]:
    """A piece of a word surprises at least as much as the piece before it."""
    values = []
    for kind, value in zip(kinds, surprise):
        values.append(max(value, values[-1]) if values and kind in GOES_ON else value)
    return values


def news(kinds: str, surprise: list[float]) -> set[int]:
    """Digits of a number of which a digit surprises a third of the threshold: any before it, itself, or one of the two behind."""
    found = set()
    for i, kind in enumerate(kinds):
        if kind != "9":
            continue
        start = i
        while start > 0 and kinds[start - 1] == "9":
            start -= 1
        end = i + 1
        while end < len(kinds) and kinds[end] == "9":
            end += 1
        if any(value > THRESHOLD / 3 for value in surprise[start : min(end, i + 3)]):
            found.add(i)
    return found


def marks(kinds: str, surprise: list[float], alone: set[int]) -> set[int]:
    words = word_surprise(kinds, surprise)
    found = set()
    for i, kind in enumerate(kinds):
        around = words[max(0, i - 2) : i + 3]
        surprises = sum(around) / len(around) > THRESHOLD or (kind in NAMES and words[i] > THRESHOLD * 2 / 3)
        goes_on = i - 1 in found and (kind in GOES_ON or words[i] > THRESHOLD)
        if i in alone or surprises or goes_on:
            found.add(i)
    return found


def with_word_starts(kinds: str, marked: set[int]) -> set[int]:
    """The token before one that goes on with its word is marked with it, and so on, three tokens back at most."""
    return marked | {
        mark - back
        for mark in marked
        for back in range(1, BACK + 1)
        if mark >= back and all(kind in GOES_ON for kind in kinds[mark - back + 1 : mark + 1])
    }


def alone(kinds: str, surprise: list[float]) -> list[int]:
    single = {i for i, kind in enumerate(kinds) if kind == "#"} | news(kinds, surprise)
    marked = with_word_starts(kinds, marks(kinds, surprise, single))
    words = word_surprise(kinds, surprise)
    starts = marked | {i for i, kind in enumerate(kinds) if kind in CAPITALISED or words[i] > THRESHOLD}
    inside = set(marked)
    for start in starts:
        for end in marked:
            if 0 < end - start <= GAP + 1:
                inside.update(range(start, end))
    flags = set(single)
    for first in inside:
        if first - 1 not in inside:
            last = first
            while last + 1 in inside:
                last += 1
            if last - first + 1 >= LEAST:
                flags.update(range(first, last + 1))
    return sorted(flags)


def within_budget(kinds: str, flags: list[int], given: int) -> list[int]:
    """Behind the given tokens, surprise may cost a slot in 50 tokens, saved up to 12; counted in 100ths of a slot."""
    left = []
    saved = 100 * MOST_SAVED
    waiting = False
    for i in range(given, len(kinds)):
        if i in flags and (kinds[i] == "#" or saved > 0):
            left.append(i)
            saved -= 100 if waiting else 50
            waiting = False
        else:
            waiting = not waiting
        saved = min(saved + 100 // TOKENS_PER_SLOT, 100 * MOST_SAVED)
    return [i for i in flags if i < given] + left


def main() -> None:
    draw = random.Random(SEED)
    rows = []
    for index in range(ROWS):
        length = draw.randint(1, LONGEST)
        if index % 2 == 1:
            length *= 3
        kinds = "".join(draw.choices(KINDS, k=length))
        # Calm prose with stretches that surprise; quarters, whose sums are exact.
        calm = draw.choice((0.5, 1.5, 2.5))
        surprise = [round(4 * draw.expovariate(1 / draw.choice((calm, calm, calm, 6)))) / 4 for _ in range(length)]
        given = draw.randint(0, length // 3) if index % 2 == 1 else length
        flags = within_budget(kinds, alone(kinds, surprise), given)
        rows.append({"kinds": kinds, "given": given, "surprise": surprise, "alone": flags})
    lines = ",\n".join("  " + json.dumps(row, separators=(",", ":")) for row in rows)
    pathlib.Path(sys.argv[1]).write_text(f'{{\n "threshold": {THRESHOLD},\n "rows": [\n{lines}\n ]\n}}\n')


if __name__ == "__main__":
    main()
