"""Every indicator counted once more, slowly and in plain Python, from the bare rows: what the statements must equal.

Nothing of the counting code is used here. A fact is (subject, amount, seen, parts), `parts` what it is divided by.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from volunteer_hub.kit import clock, database

ZONE = ZoneInfo("Europe/Warsaw")
TABLES = """
    area area_year town_year theme initiative initiative_change facilitator place meeting opening assignment booking
    volunteer agreement hours_worked participant member coming contract contract_member contract_goal contract_step
    completion funding_line""".split()
AGES = ((0, 15), (16, 17), (18, 24), (25, 39), (40, 59), (60, 999))
FOREVER = date.max


@dataclass(frozen=True)
class Fact:
    subject: Any
    amount: Any = 1
    seen: bool = True
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Told:
    """What an indicator comes to: whole, by (division, part), and whom each list may name."""

    whole: Any
    parts: dict[tuple[str, str], Any]
    named: dict[tuple[str, str], set[Any]]


def _age(born: date, day: date) -> str:
    age = day.year - born.year
    return next(f"{low}-{high if high < 999 else ''}" for low, high in AGES if low <= age <= high)


class Slow:
    """The rows of a town, as one reader may count them over a period."""

    def __init__(self, rows: dict[str, list[dict[str, Any]]], reader: Any, first: date, last: date) -> None:
        self.rows, self.reader, self.first, self.last = rows, reader, first, last
        self.by_id = {name: {row["id"]: row for row in found} for name, found in rows.items()}
        self.today = clock.today("Europe/Warsaw")

    @classmethod
    async def rows_now(cls) -> dict[str, list[dict[str, Any]]]:
        return {name: [dict(row) for row in await database.fetch(f"SELECT * FROM {name}")] for name in TABLES}

    def within(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    # --- what people do together -------------------------------------------------------------------------------------

    def inside(self, of: dict[str, Any]) -> bool:
        leads = any(
            row["initiative"] == of["id"] and row["account"] == self.reader.account for row in self.rows["facilitator"]
        )
        return of["kind"] not in ("group", "circle") or of["coordinator"] == self.reader.account or leads

    def theme(self, of: dict[str, Any]) -> str:
        return self.by_id["theme"][of["theme"]]["slug"] if self.inside(of) else "_confided"

    def home(self, of: dict[str, Any]) -> str:
        met = Counter(
            self.area_of(row["place"])
            for row in self.rows["meeting"]
            if row["initiative"] == of["id"] and row["state"] == "planned"
        )
        return min(met, key=lambda slug: (-met[slug], slug)) if met else ""

    def area_of(self, place: Any) -> str:
        return self.by_id["area"][self.by_id["place"][place]["area"]]["slug"]

    def ran(self, of: dict[str, Any]) -> tuple[date, date] | None:
        """From which day to which; None: never."""
        became = any(
            row["initiative"] == of["id"] and row["became"] == "running" for row in self.rows["initiative_change"]
        )
        if of["state"] in ("running", "finished") or (of["state"] == "stopped" and became):
            return of["starts_on"], of["ends_on"] or FOREVER
        return None

    def runs_now(self, of: dict[str, Any]) -> bool:
        span = self.ran(of)
        return span is not None and span[0] <= min(self.last, self.today) and span[1] >= self.first

    def work(self, of: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        return ("area", self.home(of)), ("kind", of["kind"]), ("theme", self.theme(of))

    # --- people ------------------------------------------------------------------------------------------------------

    def lives(self, who: dict[str, Any], day: date) -> tuple[tuple[str, str], ...]:
        known = {row["slug"] for row in self.rows["area"]}
        area = who["area_slug"] if who["area_slug"] in known else ""
        return ("area", area), ("age", _age(who["birth_date"], day))

    def reads(self, contract: dict[str, Any]) -> bool:
        return contract["runs"] == self.reader.account or any(
            row["contract"] == contract["id"] and row["account"] == self.reader.account
            for row in self.rows["contract_member"]
        )

    def registered(self) -> Iterator[Fact]:
        for who in self.rows["volunteer"]:
            day = who["created_at"].astimezone(ZONE).date()
            if self.within(day):
                yield Fact(who["id"], parts=(*self.lives(who, day), ("kind", who["kind"])))

    def agreed(self) -> Iterator[Fact]:
        for who in self.rows["volunteer"]:
            signed = sorted(row["signed_on"] for row in self.rows["agreement"] if row["volunteer"] == who["id"])
            if signed and self.within(signed[0]):
                yield Fact(who["id"], parts=(*self.lives(who, signed[0]), ("kind", who["kind"])))

    def active(self) -> Iterator[Fact]:
        for row in self.rows["booking"]:
            at, taken = self.by_id["meeting"][row["meeting"]], self.by_id["assignment"][row["assignment"]]
            day, who = at["starts_wall"].date(), self.by_id["volunteer"][row["volunteer"]]
            held = at["state"] == "planned" and at["starts_at"] <= clock.now()
            if row["accepted"] and taken["state"] in ("accepted", "done") and held and self.within(day):
                theme = self.theme(self.by_id["initiative"][at["initiative"]])
                yield Fact(who["id"], parts=(*self.lives(who, day), ("kind", who["kind"]), ("theme", theme)))
        for row in self.rows["hours_worked"]:
            if row["state"] == "approved" and self.within(row["day"]):
                who = self.by_id["volunteer"][row["volunteer"]]
                theme = self.theme(self.by_id["initiative"][row["initiative"]])
                yield Fact(who["id"], parts=(*self.lives(who, row["day"]), ("kind", who["kind"]), ("theme", theme)))

    def hours(self) -> Iterator[Fact]:
        for row in self.rows["hours_worked"]:
            if row["state"] == "approved" and self.within(row["day"]):
                who, of = self.by_id["volunteer"][row["volunteer"]], self.by_id["initiative"][row["initiative"]]
                parts = (*self.lives(who, row["day"]), ("kind", of["kind"]), ("theme", self.theme(of)))
                yield Fact(who["id"], row["minutes"], parts=parts)

    def projects(self) -> Iterator[Fact]:
        for of in self.rows["initiative"]:
            if of["kind"] not in ("group", "circle", "course") and self.runs_now(of):
                yield Fact(of["id"], parts=self.work(of))

    def groups(self) -> Iterator[Fact]:
        for of in self.rows["initiative"]:
            if of["kind"] == "group" and self.runs_now(of):
                yield Fact(of["id"], parts=(("area", self.home(of)), ("theme", self.theme(of))))

    def meetings(self) -> Iterator[Fact]:
        for at in self.rows["meeting"]:
            over = at["state"] == "planned" and at["ends_at"] <= clock.now()
            if over and self.within(at["starts_wall"].date()):
                of = self.by_id["initiative"][at["initiative"]]
                parts = (("area", self.area_of(at["place"])), ("kind", of["kind"]), ("theme", self.theme(of)))
                yield Fact(at["id"], parts=parts)

    def belonged(self, member: dict[str, Any], of: dict[str, Any]) -> bool:
        """On some day of the period, up to today, and of the initiative they belonged."""
        span = self.ran(of)
        if span is None:
            return False
        left = FOREVER if member["left_on"] is None else member["left_on"] - timedelta(days=1)
        begins = max(member["joined_on"], span[0], self.first)
        return begins <= min(left, span[1], self.last, self.today)

    def attended(self, member: Any, *, made_up: bool = False) -> list[date]:
        """The days of meetings they came to, or made up for."""
        return sorted(
            self.by_id["meeting"][row["meeting"]]["starts_wall"].date()
            for row in self.rows["coming"]
            if row["member"] == member
            and (row["came"] or (made_up and row["made_up"] != ""))
            and self.by_id["meeting"][row["meeting"]]["state"] == "planned"
        )

    def covered(self) -> Iterator[Fact]:
        for row in self.rows["member"]:
            of = self.by_id["initiative"][row["initiative"]]
            if self.belonged(row, of) or any(self.within(day) for day in self.attended(row["id"])):
                yield Fact(row["participant"], seen=self.inside(of), parts=self.work(of))
        for row in self.rows["contract"]:
            until = row["ended_on"] or row["last_day"] or FOREVER
            signed = row["signed_on"] or FOREVER
            if row["participant"] and max(signed, self.first) <= min(until, self.last, self.today):
                parts = (("area", ""), ("kind", "contract"), ("theme", ""))
                yield Fact(row["participant"], seen=self.reads(row), parts=parts)

    def contracts(self) -> Iterator[Fact]:
        for row in self.rows["contract"]:
            if row["participant"] and self.within(row["signed_on"]):
                yield Fact(row["participant"], seen=self.reads(row))

    def steps(self) -> Iterator[Fact]:
        for step in self.rows["contract_step"]:
            contract = self.by_id["contract"][self.by_id["contract_goal"][step["goal"]]["contract"]]
            if contract["participant"] and contract["signed_on"] and self.within(self.done(step, contract)):
                yield Fact(step["id"], seen=self.reads(contract))

    def done(self, step: dict[str, Any], contract: dict[str, Any]) -> date | None:
        if step["done_on"] or not step["attend"]:
            return step["done_on"]
        days: list[date] = []
        for member in self.rows["member"]:
            if (member["initiative"], member["participant"]) == (step["initiative"], contract["participant"]):
                days += self.attended(member["id"], made_up=True)
        until = contract["ended_on"] or FOREVER
        counted = [day for day in sorted(days) if contract["first_day"] <= day <= until]
        return counted[step["attend"] - 1] if len(counted) >= step["attend"] else None

    def finished(self) -> Iterator[Fact]:
        for row in self.rows["completion"]:
            if row["undone_at"] is None and row["member"] and self.within(row["finished_on"]):
                of = self.by_id["initiative"][row["initiative"]]
                who = self.by_id["member"][row["member"]]["participant"]
                yield Fact(who, seen=self.inside(of), parts=(("area", self.home(of)), ("theme", self.theme(of))))

    # --- money and the town ------------------------------------------------------------------------------------------

    def money(self, outside: bool) -> Iterator[Fact]:
        for row in self.rows["funding_line"]:
            if self.first.year <= row["year"] <= self.last.year and not (outside and row["source"] == "own"):
                of = self.by_id["initiative"][row["initiative"]]
                yield Fact(row["id"], row["spent"], parts=(("source", row["source"]), *self.work(of)))

    def stock(self, column: str) -> Told:
        year = self.last.year
        town = [row[column] for row in self.rows["town_year"] if row["year"] == year and row[column] is not None]
        parts = {
            ("area", self.by_id["area"][row["area"]]["slug"]): row[column]
            for row in self.rows["area_year"]
            if row["year"] == year and row[column] is not None
        }
        whole = town[0] if town else sum(parts.values()) if len(parts) == len(self.rows["area"]) else None
        return Told(whole, parts, {})

    # --- all of it ---------------------------------------------------------------------------------------------------

    def everything(self) -> dict[str, Told]:
        counted: dict[str, Callable[[], Iterator[Fact]]] = {
            "registered": self.registered, "agreed": self.agreed, "active": self.active, "projects": self.projects,
            "groups": self.groups, "meetings": self.meetings, "covered": self.covered, "contracts": self.contracts,
            "steps": self.steps, "finished": self.finished,
        }  # fmt: skip
        told = {name: self.count(list(facts())) for name, facts in counted.items()}
        told["hours"] = self.add(list(self.hours()), 0)
        told |= {column: self.stock(column) for column in ("residents", "assisted", "families")}
        whole_years = (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31)
        for name, outside in (("cost", False), ("outside", True)):
            nothing = Told(None, {}, {})
            told[name] = self.add(list(self.money(outside)), Decimal(0)) if whole_years else nothing
        told["covered-share"] = Told(self.share(told["covered"].whole, told["assisted"].whole), {}, {})
        told["outside-share"] = Told(self.share(told["outside"].whole, told["cost"].whole), {}, {})
        return told

    @staticmethod
    def share(part: Any, whole: Any) -> float | None:
        return None if part is None or not whole else 100 * float(part) / float(whole)

    @staticmethod
    def count(facts: list[Fact]) -> Told:
        parts: defaultdict[tuple[str, str], set[Any]] = defaultdict(set)
        named: defaultdict[tuple[str, str], set[Any]] = defaultdict(set)
        for fact in facts:
            for part in (("", ""), *fact.parts):
                parts[part].add(fact.subject)
                if fact.seen:
                    named[part].add(fact.subject)
        return Told(len(parts.pop(("", ""), set())), {part: len(found) for part, found in parts.items()}, dict(named))

    @staticmethod
    def add(facts: list[Fact], nothing: Any) -> Told:
        parts: defaultdict[tuple[str, str], Any] = defaultdict(lambda: nothing)
        for fact in facts:
            for part in fact.parts:
                parts[part] += fact.amount
        return Told(sum((fact.amount for fact in facts), nothing), dict(parts), {})
