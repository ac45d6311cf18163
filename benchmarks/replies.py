"""Are real answers understood? Two lists of what people write, read as they would be; how often each meaning is found.

Wanted: no wrong yes at all, no wrong no; a human is asked rather than a guess made. It needs no database.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

# In place of this folder, where this very file would be the module `replies`.
sys.path[0] = str(Path(__file__).resolve().parents[1] / "tests")

from replies import reallife, reallife_later  # noqa: E402
from replies.reallife import Situation  # noqa: E402

ROUNDS = 20
COLUMNS = ("yes", "no", "which", "stop", "start", "thanks", "human")
LISTS = {"the list": reallife.SITUATIONS, "the later list": reallife_later.LATER}


def confusion(situations: Iterable[Situation]) -> Counter[tuple[str, str]]:
    """How often what means this was read as that. A yes or no to another offer than meant is read as "wrong offer"."""
    found: Counter[tuple[str, str]] = Counter()
    for at in situations:
        for meant, texts in at.texts.items():
            for text in texts:
                said = reallife.outcome(at, text)
                other = said.split()[0] == meant.split()[0] and said != meant
                found[meant.split()[0], "wrong offer" if other else said.split()[0]] += 1
    return found


def wrong(found: Counter[tuple[str, str]], kind: str) -> int:
    """Texts read as `kind` that mean something else, or that answer another offer."""
    return sum(n for (meant, said), n in found.items() if meant != said and (said == kind or said == "wrong offer"))


def show(name: str, found: Counter[tuple[str, str]]) -> None:
    print(f"\n{name}: {found.total()} texts\n" + f"{'means':>8} | read as: " + " ".join(f"{one:>7}" for one in COLUMNS))
    for meant in COLUMNS:
        if total := sum(n for (one, _), n in found.items() if one == meant):
            print(f"{meant:>8} | {total:>7}: " + " ".join(f"{found[meant, said] or '.':>7}" for said in COLUMNS))
    answers = sum(n for (meant, _), n in found.items() if meant in ("yes", "no"))
    print(f"read of the answers: {(found['yes', 'yes'] + found['no', 'no']) / answers:.0%}; "
          f"wrong yes: {wrong(found, 'yes')}, wrong no: {wrong(found, 'no')}")  # fmt: skip


def milliseconds(situations: Sequence[Situation], rounds: int) -> float:
    """What reading one SMS takes on average."""
    texts = [(at, text) for at in situations for said in at.texts.values() for text in said]
    began = time.perf_counter()
    for _ in range(rounds):
        for at, text in texts:
            reallife.outcome(at, text)
    return (time.perf_counter() - began) * 1000 / (rounds * len(texts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round for the time instead of twenty")
    quick = parser.parse_args().quick
    tables = {name: confusion(situations) for name, situations in LISTS.items()}
    for name, found in tables.items():
        show(name, found)
    every = sum(tables.values(), Counter[tuple[str, str]]())
    spent = milliseconds(reallife.SITUATIONS, 1 if quick else ROUNDS)
    print(f"\nReading one takes {spent:.3f} ms.")
    answers = sum(n for (meant, _), n in every.items() if meant in ("yes", "no"))
    print(json.dumps({
        "texts": every.total(), "answers": answers, "answers_read": every["yes", "yes"] + every["no", "no"],
        "wrong_yes": wrong(every, "yes"), "wrong_no": wrong(every, "no"), "wrong_stop": wrong(every, "stop"),
        "to_a_human": sum(n for (_, said), n in every.items() if said == "human"), "ms_each": round(spent, 3),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
