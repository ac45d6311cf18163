"""`python -m volunteer_hub.matching.mend_file < QUESTION.json`: who takes a cancelled seat, without a database.

A question is an instance whose `keep` is the plan as it stands, with the pairs that were `cancelled`; the answer names
who moves from where to where. docs/matching.md describes both. A process of its own, like matching.plan_file.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from volunteer_hub.matching.engine import local, planning, reading
from volunteer_hub.matching.engine.instance import Fault, Instance, Kept
from volunteer_hub.matching.engine.masks import Masks
from volunteer_hub.matching.engine.problem import Draft, Problem
from volunteer_hub.matching.engine.values import Object, list_of, text

Json = dict[str, Any]


def main() -> int:
    """Answers on standard output; a fault is one sentence on standard error and 2."""
    try:
        answer = mended(json.loads(sys.stdin.buffer.read()))
    except Fault as fault:
        print(f"volunteer-hub: {fault}", file=sys.stderr)
        return 2
    except (ValueError, RecursionError):
        print("volunteer-hub: $: this is not JSON in UTF-8.", file=sys.stderr)
        return 2
    print(json.dumps(answer, indent=1, allow_nan=False))
    return 0


def mended(question: Any) -> Json:
    """The answer to a question read from JSON; raises Fault."""
    cancelled = Object(question, "$").get("cancelled", list_of(_ids))
    instance = reading.instance({key: value for key, value in question.items() if key != "cancelled"})
    ids = {(instance.volunteers[one.volunteer].id, instance.openings[one.opening].id): one for one in instance.keep}
    for n, pair in enumerate(cancelled):
        if pair not in ids or pair in cancelled[:n]:
            raise Fault(f"$.cancelled[{n}]", "only a pair of keep can be cancelled, and only once.")
    gone = [ids[pair] for pair in cancelled]
    problem, draft, alone = _standing(instance, [one for one in instance.keep if one not in gone])
    found = local.after_cancellation(problem, draft, [(one.volunteer, one.opening) for one in gone], alone)
    names = [o.id for o in instance.openings]
    return {
        "version": 1,
        "moves": [
            {
                "volunteer": instance.volunteers[move.volunteer].id,
                "from": None if move.left is None else names[move.left],
                "to": None if move.taken is None else names[move.taken],
                "score": None if move.taken is None else _score(draft, move.volunteer, move.taken),
            }
            for move in found.moves
        ],
        "short": [
            {"opening": names[o], "missing": problem.instance.openings[o].least - draft.filled[o]} for o in found.short
        ],
    }


def _score(draft: Draft, v: int, o: int) -> int:
    return int(draft.problem.candidates.score[draft.picks[v][o]])


def _ids(said: Any, at: Any) -> tuple[str, str]:
    one = Object(said, at)
    found = one.get("volunteer", text), one.get("opening", text)
    one.nothing_else()
    return found


def _standing(instance: Instance, stands: Iterable[Kept]) -> tuple[Problem, Draft, set[int]]:
    """The plan as it stands, and who is left alone in it.

    A pair that by now breaks a rule stays, since people agreed on it: its seat is counted as filled, and whoever has it
    is asked for nothing else, for their hours are not known here.
    """
    problem = planning.posed(replace(instance, keep=()), Masks(instance))
    draft, locked, odd = Draft(problem), set[int](), list[Kept]()
    for one in stands:
        candidate = problem.candidates.find(one.volunteer, one.opening)
        if candidate is None or not draft.fits(candidate):
            odd.append(one)
            continue
        draft.add(candidate)
        locked |= {candidate} if one.locked else set()
    held = Counter(one.opening for one in odd)
    openings = tuple(
        replace(o, least=max(0, o.least - held[n]), most=max(0, o.most - held[n])) if held[n] else o
        for n, o in enumerate(instance.openings)
    )
    problem = replace(problem, instance=replace(problem.instance, openings=openings), locked=frozenset(locked))
    return problem, Draft.of(problem, draft.chosen()), {one.volunteer for one in odd}


if __name__ == "__main__":
    sys.exit(main())
