"""Whatever is done in whatever order, the rows say the same as a few lines of plain Python."""

from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.states import TRANSITIONS, AssignmentState, may_become
from volunteer_hub.schedule.tables import Opening

NOON = datetime.fromisoformat("2030-05-08 12:00")
VOLUNTEERS, OPENINGS, SEATS = 3, 2, 2
steps = st.lists(
    st.tuples(
        st.sampled_from(["invite", "yes", "no", "withdraw", "yes", "invite", "move", "cancel"]),
        st.integers(0, VOLUNTEERS - 1),
        st.integers(0, OPENINGS - 1),
    ),
    min_size=8,
    max_size=24,
)


class Model:
    """What should be true: who stands where; at which hour each opening is (None: called off)."""

    def __init__(self) -> None:
        self.states: dict[tuple[int, int], str] = {}
        self.hours: list[int | None] = [0, 1]  # of two hours each, so they overlap
        self.yeses: list[tuple[int, int]] = []  # in the order they were said

    def seated(self, opening: int) -> int:
        return sum(state == "accepted" for (_, at), state in self.states.items() if at == opening)

    def overlap(self, a: int, b: int) -> bool:
        one, other = self.hours[a], self.hours[b]
        return a != b and one is not None and other is not None and abs(one - other) < 2

    def accepted(self, who: int) -> list[int]:
        """Where they said yes, the first first."""
        return [o for w, o in self.yeses if w == who and self.states.get((w, o)) == "accepted"]

    def busy(self, who: int, opening: int) -> bool:
        return any(self.overlap(o, opening) for o in self.accepted(who))

    def clashing(self) -> set[tuple[int, int]]:
        """The later ones of accepted tasks at one time."""
        later = set()
        for who in range(VOLUNTEERS):
            counted: list[int] = []
            for o in self.accepted(who):
                if any(self.overlap(o, one) for one in counted):
                    later.add((who, o))
                else:
                    counted.append(o)
        return later

    def step(self, verb: str, who: int, opening: int) -> bool:
        """Does it; False when it must be refused."""
        key, off = (who, opening), self.hours[opening] is None
        state = self.states.get(key, "")
        if verb == "invite":
            full = self.seated(opening) >= SEATS
            if off or state in ("invited", "accepted") or self.busy(who, opening) or full:
                return False
            self.states[key] = "invited"
        elif verb == "yes" and state != "accepted":
            if off or state not in ("invited", "declined") or self.seated(opening) >= SEATS or self.busy(who, opening):
                return False
            self.states[key] = "accepted"
            self.yeses = [*(one for one in self.yeses if one != key), key]
        elif verb in ("no", "withdraw") and state in ("invited", "accepted"):
            self.states[key] = "declined" if verb == "no" else "withdrawn"
        elif verb == "move":
            if off:
                return False
            self.hours[opening] = 4 if self.hours[opening] != 4 else opening
        elif verb == "cancel" and not off:
            self.hours[opening] = None
            for who in range(VOLUNTEERS):
                if self.states.get((who, opening)) in ("invited", "accepted"):
                    self.states[who, opening] = "withdrawn"
        return True


class Town:
    """The same in the database."""

    def __init__(self, volunteers: list[Volunteer], openings: list[Opening]) -> None:
        self.volunteers, self.openings = volunteers, openings
        self.ids: dict[tuple[int, int], UUID] = {}
        self.hours = [0, 1]

    async def step(self, verb: str, who: int, opening: int) -> None:
        at = self.openings[opening]
        if verb == "invite":
            self.ids[who, opening] = await actions.invite(SYSTEM, at.id, self.volunteers[who].id)
        elif verb == "cancel":
            await actions.cancel_meeting(SYSTEM, at.meeting)
        elif verb == "move":
            hour = 4 if self.hours[opening] != 4 else opening
            await actions.move_meeting(
                SYSTEM, at.meeting, NOON + timedelta(hours=hour), NOON + timedelta(hours=hour + 2)
            )
            self.hours[opening] = hour
        elif verb == "withdraw":
            await actions.withdraw(SYSTEM, self.ids[who, opening])
        else:
            await actions.answer(SYSTEM, self.ids[who, opening], accept=verb == "yes", channel="sms")

    async def states(self) -> dict[tuple[int, int], str]:
        rows = {row["id"]: row["state"] for row in await database.fetch("SELECT id, state FROM assignment")}
        return {key: rows[id] for key, id in self.ids.items()}

    async def clashing(self) -> set[tuple[int, int]]:
        rows = {row["id"] for row in await database.fetch("SELECT id FROM assignment WHERE at_risk = 'clash'")}
        return {key for key, id in self.ids.items() if id in rows}


@given(steps)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_order_of_verbs_keeps_the_books(db: str, steps: list[tuple[str, int, int]]) -> None:
    town, model = await a_town(), Model()
    for verb, who, opening in steps:
        if verb in ("yes", "no", "withdraw") and (who, opening) not in town.ids:
            continue
        allowed = model.step(verb, who, opening)
        try:
            await town.step(verb, who, opening)
        except Refused as refused:
            assert not allowed and refused.status in (409, 410), (verb, who, opening, refused.sentence)
        else:
            assert allowed, (verb, who, opening)
        assert await town.states() == model.states
        assert await town.clashing() == model.clashing()
        await the_books_agree(town)


async def a_town() -> Town:
    of = await people.initiative()
    volunteers = [await people.volunteer(max_hours_week=90) for _ in range(VOLUNTEERS)]
    openings = [
        await people.opening(await people.meeting(of, starts=NOON + timedelta(hours=hour)), most=SEATS)
        for hour in range(OPENINGS)
    ]
    return Town(volunteers, openings)


async def the_books_agree(town: Town) -> None:
    """Seats taken, yeses, bookings and history are one and the same."""
    rows = await database.fetch(
        """SELECT o.taken, (SELECT count(*) FROM assignment s WHERE s.opening = o.id AND s.state = 'accepted') AS yes,
                  (SELECT count(*) FROM booking b JOIN assignment s ON s.id = b.assignment
                   WHERE s.opening = o.id AND s.state = 'accepted'
                     AND b.accepted = (s.at_risk <> 'clash')) AS booked,
                  (SELECT count(*) FROM booking b JOIN assignment s ON s.id = b.assignment
                   WHERE s.opening = o.id AND s.state <> 'accepted' AND b.accepted) AS stray
           FROM opening o WHERE o.id = ANY($1)""",
        [opening.id for opening in town.openings],
    )
    assert all(row["taken"] == row["yes"] == row["booked"] <= SEATS and not row["stray"] for row in rows), [
        dict(row) for row in rows
    ]
    last = await database.fetch(
        """SELECT s.state = (SELECT became FROM assignment_change WHERE assignment = s.id
                             ORDER BY at DESC LIMIT 1) AS ok FROM assignment s WHERE s.id = ANY($1)""",
        list(town.ids.values()),
    )
    assert all(row["ok"] for row in last)


def test_every_state_has_its_way_out_or_is_the_end() -> None:
    assert set(TRANSITIONS) == set(AssignmentState)
    noted = {AssignmentState.DONE, AssignmentState.MISSED}
    assert {state for state, after in TRANSITIONS.items() if after <= noted} == noted, "what was noted stays so or so"
    assert not any(may_become(state, state) for state in AssignmentState)
