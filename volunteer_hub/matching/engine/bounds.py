"""What no plan passes, however good it is: in urgent seats, in seats, and in the objective.

Prices come from the scarce openings (prices.py); where they leave a gap, a walk makes them better (market.py). What
they prove is summed anew in whole numbers by weak duality, true for any prices. For the few urgent openings that are
scarce a whole program (scarce.py) says more.
"""

from dataclasses import replace

import numpy as np

from volunteer_hub.matching.engine import scarce
from volunteer_hub.matching.engine.market import Late, Market
from volunteer_hub.matching.engine.packages import Intervals, Ints, stretches
from volunteer_hub.matching.engine.prices import Floats, by_length, neighbourhoods, scarcity, settled
from volunteer_hub.matching.engine.problem import SEAT, URGENT, Draft, Problem

# Parts of a seat in which its price is counted: halves to tenths are whole.
PARTS = 5_040
# Candidates a seat up to which an opening counts as scarce, round by round until one proves no such share more; and
# where the first part of the town ends, as a share of a part: each round cuts elsewhere.
ROUNDS, MORE = ((4, 1.0), (8, 0.5), (8, 1.0), (16, 0.5)), 1e-4
# Steps of a walk: for seats where most openings are scarce and such a share is left open, and for the objective.
STEPS, OPEN, STEPS_TICKS = 120, 0.02, 20
# What the program of the scarce urgent openings may take at most: it takes a tenth.
SECONDS = 2.0


def bounds(problem: Problem, rest: Draft, draft: Draft, late: Late) -> tuple[float, int, int]:
    """Ticks, urgent seats and seats that no plan holding `rest` passes; `draft` is a plan, for comparison.

    When it is `late` the best bound so far is answered: at worst, every opening filled with the best that there are.
    """
    if not len(problem.candidates):
        return rest.worth(), rest.seats(urgent=True), rest.seats()
    seats = _market(problem, np.array(rest.chosen(), dtype=np.int64))
    pressing = replace(seats, least=seats.least * np.array([o.urgent for o in problem.instance.openings]))
    had_urgent, had = (draft.seats(urgent=one) - rest.seats(urgent=one) for one in (True, False))
    most_urgent, urgent_price = _seats(pressing, had_urgent, late)
    if most_urgent > had_urgent and not late():
        most_urgent = min(most_urgent, scarce.most(problem, rest, lambda: SECONDS) - rest.seats(urgent=True))
    most_seats, price = _seats(seats, had, late)
    # Seats are whole, so their bounds with the best of each opening may say more than prices of all at once.
    whole = URGENT * most_urgent + SEAT * most_seats
    if late():
        ticks = whole + float(problem.worth.max()) * int(seats.most.sum())
    else:
        total, last = _best(problem, seats.most)
        market = replace(seats, seat=np.array(problem.seat, dtype=np.int64), has_worth=True)
        start = np.minimum(market.seat, (urgent_price * URGENT + price * SEAT).astype(np.int64) - last)
        # The aim is the plan, but for the seats that are known to stay open between it and the bounds.
        aim = draft.worth() - rest.worth() + whole - URGENT * had_urgent - SEAT * had
        ticks = min(whole + total, market.lowered(start, -int(last.max()), aim, STEPS_TICKS, late)[0])
    return rest.worth() + ticks, rest.seats(urgent=True) + most_urgent, rest.seats() + most_seats


def _market(problem: Problem, fixed: Ints) -> Market:
    """What counts is seats, each of PARTS, beside what is fixed."""
    openings, found = problem.instance.openings, problem.candidates
    filled = np.bincount(found.opening[fixed], minlength=len(openings))
    most = np.minimum(np.array([o.most for o in openings], dtype=np.int64), np.diff(found.first)) - filled
    least = np.clip(np.array([o.least for o in openings], dtype=np.int64) - filled, 0, most)
    return Market(problem, Intervals.of(problem), fixed, np.full(len(openings), PARTS), least, most)


def _seats(market: Market, had: int, late: Late) -> tuple[int, Floats]:
    """How many seats nobody passes, and the prices, in seats, that say so; a plan has `had`."""
    problem, intervals, least = market.problem, market.intervals, market.least
    price = proof = np.zeros(len(least))
    lowest = int(least.sum()) * PARTS
    per_seat = scarcity(problem, intervals, least)
    for limit, cut in ROUNDS:
        if late() or lowest // PARTS <= had:
            break
        for part in neighbourhoods(problem, np.flatnonzero(per_seat <= limit), cut):
            if not late():
                price = settled(problem, intervals, market.fixed, least, price, part)
        answer = market.value(_whole(price), late)
        if answer is None:
            break
        before = lowest
        if answer[0] < lowest:
            lowest, proof = answer[0], price
        if limit > ROUNDS[0][0] and lowest > before * (1 - MORE):
            break
    most_scarce = 2 * np.count_nonzero(per_seat <= ROUNDS[-1][0]) > np.count_nonzero(least)
    if lowest > had * PARTS * (1 + OPEN) and not late():
        by_hours = by_length(problem, intervals, least)
        if most_scarce or by_hours.any():
            value, walked = _walked(market, [_whole(proof), _whole(by_hours)], had * PARTS, late)
            lowest, proof = (value, walked / PARTS) if value < lowest else (lowest, proof)
    return lowest // PARTS, proof


def _walked(market: Market, starts: list[Ints], aim: int, late: Late) -> tuple[int, Ints]:
    """The least value on a walk from the best of these prices, and its prices."""
    values = [(answer[0], n) for n, start in enumerate(starts) if (answer := market.value(start, late)) is not None]
    return market.lowered(starts[min(values, default=(0, 0))[1]], 0, aim, STEPS, late)


def _whole(price: Floats) -> Ints:
    return np.round(price * PARTS).astype(np.int64)


def _best(problem: Problem, most: Ints) -> tuple[int, Ints]:
    """What the best of each opening, at its most, are worth together, and the last of these at each (0: none)."""
    total, last = 0, np.zeros(len(most), dtype=np.int64)
    for openings, candidates in stretches(problem.candidates.first):
        wanted = most[openings]
        worth = np.ceil(problem.worth[candidates]).astype(np.int64)
        begins = problem.candidates.first[openings] - candidates.start
        # The best of each opening first; only the first of them count.
        above = int(worth.max(initial=0)) + 1
        ranked = np.sort(problem.candidates.opening[candidates] * np.int64(above) + above - 1 - worth)
        worth = above - 1 - ranked % above
        so_far = np.concatenate([np.zeros(1, np.int64), np.cumsum(worth)])
        total += int((so_far[begins + wanted] - so_far[begins]).sum())
        some = np.flatnonzero(wanted)
        last[openings.start + some] = worth[begins[some] + wanted[some] - 1]
    return total, last
