"""The town's own figures: typed in over what was seen, taken from a spreadsheet whole or not at all."""

import pytest
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.reports.indicators import town
from volunteer_hub.reports.indicators.town import Town

FILE = """Rok;Liczba mieszkańców;Źródło;Osoby na pomocy;Rodziny na pomocy
2006;;"Sprawozdanie; str. 4";19 739;9565

2008;115.818;Sprawozdanie;16\u00a0350;7905
"""
READ = [
    Town(2006, None, 19_739, 9565, "Sprawozdanie; str. 4"), Town(2008, 115_818, 16_350, 7905, "Sprawozdanie")
]  # fmt: skip


async def me() -> Actor:
    return people.actor(await people.account())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
def test_a_spreadsheet_is_read_in_any_order_of_columns(encoding: str) -> None:
    assert town.read(FILE.replace("Liczba mieszkańców", "Mieszkańcy").encode(encoding)) == READ


def test_commas_and_windows_lines_are_read_too() -> None:
    text = FILE.replace("Liczba m", "M").replace(";", ",").replace("Sprawozdanie, str. 4", "Sprawozdanie; str. 4")
    assert town.read(text.replace("\n", "\r\n").encode()) == READ


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", town.EMPTY), ("rok;osoby\n", town.EMPTY), ("lata;ludzie\n2006;1", town.HEADINGS),
        ("rok\n2006", town.HEADINGS), ("rok;osoby;źródło\n2006;1;a\0b", town.HEADINGS),
        ("rok;osoby\nMMVI;1", town.NO_YEAR), ("rok;osoby\n206;1", town.NO_YEAR), ("rok;osoby\n²006;1", town.NO_YEAR),
        ("rok;osoby\n2006;-1", town.NO_NUMBER), ("rok;osoby\n2006;około 20", town.NO_NUMBER),
        ("rok;osoby\n2006;1.5", town.NO_NUMBER), ("rok;osoby\n2006;99999999999", town.NO_NUMBER),
        ("rok;osoby\n2006;1\n2006;2", town.TWICE), ("rok;osoby;źródło\n2006;1;" + "x" * 161, town.LONG_SOURCE),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_line(text: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        town.read(text.encode())
    assert refused.value.sentence == words and refused.value.status == 422


async def test_a_file_is_written_whole_or_not_at_all(db: str) -> None:
    actor = await me()
    await town.save(actor, Town(2006, 1, 2, 3))
    with pytest.raises(Refused):
        await town.take(actor, b"rok;osoby\n2006;5\n2007;mnogo")
    assert [one.assisted for one in await town.years(actor)] == [2]
    await town.take(actor, FILE.replace("Liczba m", "M").encode())
    assert [(one.year, one.assisted, one.version) for one in await town.years(actor)] == [
        (2008, 16_350, 1),
        (2006, 19_739, 2),
    ]
    lines = await database.fetch("SELECT about FROM audit_entry WHERE verb = 'town.year' ORDER BY at, about")
    assert [line["about"] for line in lines] == ["year:2006", "year:2006", "year:2008"]


async def test_what_a_file_does_not_say_stays_as_it_was(db: str) -> None:
    actor = await me()
    await town.save(actor, Town(2006, 115_818, 1, 9565, "Sprawozdanie"))
    await town.take(actor, "rok;osoby;źródło\n2006;19739;".encode())
    assert await town.years(actor) == [Town(2006, 115_818, 19_739, 9565, "Sprawozdanie", 2)]
    await town.save(actor, Town(2006, None, 19_739, 9565, "", 2))
    assert (await town.of_year(actor, 2006)).residents is None, "who empties a field on the page has seen it"


async def test_nobody_writes_over_what_they_have_not_seen(db: str) -> None:
    actor = await me()
    await town.save(actor, Town(2006, assisted=1))
    with pytest.raises(Stale):
        await town.save(actor, Town(2006, assisted=2))
    with pytest.raises(Stale):
        await town.save(actor, Town(2007, assisted=2, version=3))
    seen = await town.of_year(actor, 2006)
    await town.save(actor, Town(2006, assisted=3, version=seen.version))
    assert (await town.of_year(actor, 2006)).assisted == 3 and (await town.of_year(actor, 2007)).version == 0
    await town.remove(actor, 2006)
    with pytest.raises(Refused):
        await town.remove(actor, 2006)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.FACILITATOR, Role.VOLUNTEER, Role.ANYONE])
async def test_only_coordinators_read_and_write_them(db: str, role: Role) -> None:
    other = Actor(role=role)
    for act in (town.years(other), town.of_year(other, 2006), town.save(other, Town(2006)), town.remove(other, 2006),
                town.take(other, FILE.encode())):  # fmt: skip
        with pytest.raises(Refused):
            await act
    assert not await database.fetch("SELECT FROM town_year")
