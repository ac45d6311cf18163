"""A need as it is typed, what says that it is there, its way with who and why; a list that is searched and paged."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from support import people

from volunteer_hub.atlas import actions, keyset, need_queries
from volunteer_hub.atlas.actions import Evidence, NeedDetails
from volunteer_hub.atlas.need_queries import ORDERS, Wanted
from volunteer_hub.atlas.rules import EvidenceKind, NeedState
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale

DAY = date(2026, 11, 1)
SURVEY = Evidence(EvidenceKind.SURVEY, "31 z 40 osób", DAY)


async def details(**values: Any) -> NeedDetails:
    defaults: dict[str, Any] = {"title": "Nie ma kto czytać", "urgency": 2, "voiced_on": DAY}
    defaults["theme"] = values.get("theme") or (await people.theme()).id
    defaults["area"] = values.get("area") or (await people.area()).id
    return NeedDetails(**defaults | values)


async def add(**values: Any) -> UUID:
    return await actions.add_need(SYSTEM, await details(**values))


async def test_all_that_is_typed_is_kept(db: str) -> None:
    hanna = people.actor(await people.account(name="Hanna Lis"))
    new = await details(about="Trzecie piętro", address="ul. Miła 1", week=0b101, people=24, voiced_by="Rada",
                        point=(52.61, 19.02))  # fmt: skip
    card = await need_queries.need(SYSTEM, await actions.add_need(hanna, new, evidence=[SURVEY]))
    for name in ("title", "about", "address", "theme", "area", "urgency", "people", "week", "voiced_by", "point"):
        assert getattr(card, name) == getattr(new, name), name
    (line,) = card.evidence
    assert (Evidence(line.kind, line.words, line.seen_on), line.noted_by) == (SURVEY, "Hanna Lis")
    (step,) = card.changes
    assert (step.was, step.became, step.by) == ("", NeedState.OPEN, "Hanna Lis")


async def test_evidence_is_added_and_taken_away(db: str) -> None:
    need = await add()
    for n in range(2):
        await actions.add_evidence(SYSTEM, need, Evidence(EvidenceKind.SEEN, f"Widziałam {n}", DAY - timedelta(n)))
    lines = (await need_queries.need(SYSTEM, need)).evidence
    assert [one.words for one in lines] == ["Widziałam 1", "Widziałam 0"], "the oldest first"
    await actions.remove_evidence(SYSTEM, need, lines[0].id)
    await actions.remove_evidence(SYSTEM, need, lines[0].id)
    assert len((await need_queries.need(SYSTEM, need)).evidence) == 1
    with pytest.raises(Refused) as refused:
        await actions.add_evidence(SYSTEM, uuid4(), SURVEY)
    assert refused.value.status == 404


async def test_nobody_withdraws_without_a_reason_and_the_way_is_kept(db: str) -> None:
    hanna, need = people.actor(await people.account(name="Hanna Lis")), await add()
    with pytest.raises(Refused) as refused:
        await actions.set_need_state(hanna, need, NeedState.WITHDRAWN)
    assert refused.value.status == 422
    await actions.set_need_state(hanna, need, NeedState.WITHDRAWN, reason="Basen zamknięto")
    await actions.set_need_state(hanna, need, NeedState.OPEN)
    way = [(one.was, one.became, one.reason, one.by) for one in (await need_queries.need(SYSTEM, need)).changes]
    assert way == [
        ("withdrawn", NeedState.OPEN, "", "Hanna Lis"),
        ("open", NeedState.WITHDRAWN, "Basen zamknięto", "Hanna Lis"),
        ("", NeedState.OPEN, "", ""),
    ]


async def test_an_edit_over_what_was_not_seen_is_refused(db: str) -> None:
    need, new = await add(), [await details(title=f"Tytuł {n}") for n in range(5)]
    results = await asyncio.gather(
        *(actions.correct_need(SYSTEM, need, 0, one) for one in new), return_exceptions=True
    )
    assert [type(one) for one in results if one is not None] == [Stale] * 4
    await actions.set_need_state(SYSTEM, need, NeedState.MET)
    with pytest.raises(Stale):
        await actions.correct_need(SYSTEM, need, 1, new[0])
    await actions.correct_need(SYSTEM, need, 2, new[0])


async def test_control_without_the_trigger_both_would_write(db: str) -> None:
    need = await add()
    await database.execute("DROP TRIGGER need_version ON need")
    for n in range(2):
        await actions.correct_need(SYSTEM, need, 0, await details(title=f"Tytuł {n}"))


async def titles(**wanted: str) -> list[str]:
    return [one.title for one in (await need_queries.find(SYSTEM, Wanted(**wanted))).lines]


async def test_the_list_is_narrowed_and_searched_by_any_part(db: str) -> None:
    elders = await people.theme(slug="elders")
    under = await people.theme(slug="visits", parent=elders.id)
    area = await people.area(slug="poludnie")
    await people.need(title="Źrebięta żółkną", theme=under.id, area=area.id, urgency=4, personal=True,
                      voiced_on=date(2026, 10, 1), about="Ścieżka za młynem", address="ul. Łąkowa 3")  # fmt: skip
    await people.need(title="Inna", voiced_on=date(2025, 1, 1))
    await people.need(title="Zaspokojona", state="met")
    assert await titles() == ["Źrebięta żółkną", "Inna"]
    for wanted in ({"q": "zrebieta"}, {"q": "źreb zół"}, {"q": "SCIEZKA"}, {"q": "łąkowa"}, {"theme": "elders"},
                   {"area": "poludnie"}, {"urgency": "3"}, {"whose": "personal"}, {"since": "2026-10-01"}):  # fmt: skip
        assert await titles(**wanted) == ["Źrebięta żółkną"], wanted
    assert await titles(whose="community") == ["Inna"]
    assert await titles(state="met") == ["Zaspokojona"]
    assert await titles(q="100%") == [] == await titles(q="zrebieta nic")


@pytest.mark.parametrize("order", ORDERS)
async def test_every_order_pages_through_everything_once(db: str, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyset, "PAGE", 7)
    theme, area = (await people.theme()).id, (await people.area()).id
    for n in range(40):
        await people.need(title=f"Potrzeba {n}", theme=theme, area=area, urgency=n % 4 + 1, people=n % 5 + 1,
                          voiced_on=DAY - timedelta(days=n % 6))  # fmt: skip
    seen, after, pages = [], "", 0
    while pages < 10:
        found = await need_queries.find(SYSTEM, Wanted(order=order), after=after)
        seen += found.lines
        pages += 1
        if not (after := found.page.after):
            break
    assert pages == 6 and len({one.id for one in seen}) == len(seen) == 40
    keys: dict[str, Any] = {
        "": lambda one: (-one.urgency, one.voiced_on), "newest": lambda one: -one.voiced_on.toordinal(),
        "oldest": lambda one: one.voiced_on, "people": lambda one: -one.people,
    }  # fmt: skip
    assert [keys[order](one) for one in seen] == sorted(keys[order](one) for one in seen)
    back = await need_queries.find(SYSTEM, Wanted(order=order), before=str(seen[14].id))
    assert [one.id for one in back.lines] == [one.id for one in seen[7:14]]


async def test_a_place_to_go_on_from_that_is_gone_is_the_beginning(db: str) -> None:
    await people.need(title="Jedyna")
    for cursor in (str(uuid4()), "x", "' OR 1=1"):
        found = await need_queries.find(SYSTEM, Wanted(), after=cursor)
        assert [one.title for one in found.lines] == ["Jedyna"] and not found.page.before


async def test_others_than_coordinators_read_and_change_nothing(db: str) -> None:
    need = await add()
    facilitator = Actor(role=Role.FACILITATOR, account=uuid4())
    for act in (
        need_queries.find(facilitator, Wanted()), need_queries.need(facilitator, need),
        actions.correct_need(facilitator, need, 0, await details()), actions.add_evidence(facilitator, need, SURVEY),
        actions.remove_evidence(facilitator, need, uuid4()),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.status == 404
