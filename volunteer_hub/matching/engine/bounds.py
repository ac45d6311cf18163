"""What no plan passes, however good it is: in urgent seats, in seats, and in the objective.

Prices come from the scarce openings (prices.py); where they leave a gap, a walk makes them better (market.py). What
they prove is summed anew in whole numbers by weak duality, true for any prices.
"""

import numpy as np

from volunteer_hub.matching.engine.market import Late, Market
from volunteer_hub.matching.engine.packages import Intervals, Ints, stretches
from volunteer_hub.matching.engine.prices import Floats, by_length, neighbourhoods, scarcity, settled
from volunteer_hub.matching.engine.problem import SEAT, URGENT, Draft, Problem

# Parts of a seat in which its price is counted: halves to tenths are whole.
PARTS = 5_040
# Candidates a seat up to which an opening counts as scarce, round by round until one proves no such share more; and
# where the first part of the town ends, as a share of a part: each round cuts elsewhere.
ROUNDS, MORE = ((4, 1.0), (8, 0.5), (8, 1.0), (16, 0.5)), 1e-4
# Steps of a walk, for seats where the scarce leave such a share open, and for the objective.
STEPS, OPEN, STEPS_TICKS = 120, 0.02, 20


def bounds(problem: Problem, rest: Draft, draft: Draft, late: Late) -> tuple[float, int, int]:
    """Ticks, urgent seats and seats that no plan holding `rest` passes; `draft` is a plan, for comparison.

    When it is `late` the best bound so far is answered: at worst, every opening filled with the best that there are.
    """
    if not len(problem.candidates):
        return rest.worth(), rest.seats(urgent=True), rest.seats()
    openings = problem.instance.openings
    fixed = np.array(rest.chosen(), dtype=np.int64)
    filled = np.bincount(problem.candidates.opening[fixed], minlength=len(openings))
    most = np.minimum(np.array([o.most for o in openings], dtype=np.int64), np.diff(problem.candidates.first)) - filled
    least = np.clip(np.array([o.least for o in openings], dtype=np.int64) - filled, 0, most)
    urgent = np.array([o.urgent for o in openings], dtype=bool)
    intervals = Intervals.of(problem)
    whole = np.full(len(openings), PARTS)
    markets = [
        Market(problem, intervals, fixed, whole, least * urgent, most),
        Market(problem, intervals, fixed, whole, least, most),
    ]
    had = [draft.seats(urgent=one) - rest.seats(urgent=one) for one in (True, False)]
    found = [_seats(market, had_here, late) for market, had_here in zip(markets, had, strict=True)]
    seats, prices = [n for n, _ in found], [price for _, price in found]
    # Seats are whole, so bounds on them and the best of each opening may say more than prices of all at once.
    levels = URGENT * seats[0] + SEAT * seats[1]
    if late():
        ticks = levels + float(problem.worth.max(initial=0)) * int(most.sum())
    else:
        best, last = _ranked(problem, most)
        ticks = levels + best
        seat = np.array(problem.seat, dtype=np.int64)
        market = Market(problem, intervals, fixed, seat, least, most, has_worth=True)
        start = np.minimum(seat, (prices[0] * URGENT + prices[1] * SEAT).astype(np.int64) - last)
        aim = draft.worth() - rest.worth() + levels - URGENT * had[0] - SEAT * had[1]
        ticks = min(ticks, market.lowered(start, -int(last.max(initial=0)), aim, STEPS_TICKS, late)[0])
    return rest.worth() + ticks, rest.seats(urgent=True) + seats[0], rest.seats() + seats[1]


def _seats(market: Market, had: int, late: Late) -> tuple[int, Floats]:
    """How many seats nobody passes, and the prices, in seats, that say so; a plan has `had`."""
    problem, intervals, least = market.problem, market.intervals, market.least
    price = proof = np.zeros(len(least))
    lowest = int(least.sum()) * PARTS
    scarce = scarcity(problem, intervals, least)
    for limit, cut in ROUNDS:
        if late() or lowest // PARTS <= had:
            break
        for part in neighbourhoods(problem, np.flatnonzero(scarce <= limit), cut):
            if not late():
                price = settled(problem, intervals, market.fixed, least, price, part)
        answer = market.value(np.round(price * PARTS).astype(np.int64), late)
        if answer is None:
            break
        before = lowest
        if answer[0] < lowest:
            lowest, proof = answer[0], price
        if limit > ROUNDS[0][0] and lowest > before * (1 - MORE):
            break
    if lowest > had * PARTS * (1 + OPEN) and not late():
        starts = [np.round(start * PARTS).astype(np.int64) for start in (proof, by_length(problem, intervals, least))]
        values = [(answer[0], n) for n, start in enumerate(starts) if (answer := market.value(start, late))]
        start = starts[min(values)[1]] if values else starts[0]
        value, walked = market.lowered(start, 0, had * PARTS, STEPS, late)
        if value < lowest:
            lowest, proof = value, walked / PARTS
    return lowest // PARTS, proof


def _ranked(problem: Problem, most: Ints) -> tuple[int, Ints]:
    """What the best of each opening, at its most, are worth together, and the last of these at each (0: none)."""
    total, last = 0, np.zeros(len(most), dtype=np.int64)
    for openings, candidates in stretches(problem.candidates.first):
        wanted = most[openings]
        worth = np.ceil(problem.worth[candidates]).astype(np.int64)
        begins = problem.candidates.first[openings] - candidates.start
        # The best of each opening first; only the first of them count.
        above = int(worth.max(initial=0)) + 1
        worth = (
            above - 1 - np.sort(problem.candidates.opening[candidates] * np.int64(above) + above - 1 - worth) % above
        )
        so_far = np.concatenate([np.zeros(1, np.int64), np.cumsum(worth)])
        total += int((so_far[begins + wanted] - so_far[begins]).sum())
        some = np.flatnonzero(wanted)
        last[openings.start + some] = worth[begins[some] + wanted[some] - 1]
    return total, last
