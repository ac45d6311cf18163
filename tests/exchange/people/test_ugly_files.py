"""Each ugly file comes out as the table that stands beside it; what is no list is one sentence, and takes no memory."""

import io
import random
import resource
import struct
import zipfile
import zlib
from datetime import date

import pytest
import xlsxwriter
from exchange.people.ugly import ANNA, HEADING, UGLY, book

from volunteer_hub.exchange.people_import import layout, person, sheets
from volunteer_hub.exchange.people_import.person import Read
from volunteer_hub.exchange.people_import.vocabulary import Field
from volunteer_hub.exchange.reading import Unreadable

TODAY = date(2026, 11, 22)
AREAS = {"srodmiescie": "Śródmieście", "poludnie": "Południe"}
ALWAYS = {"first_name", "last_name", "birth_date", "phone"}
# What a line has that says nothing of it.
USUAL = {"kind": ["adult", "pupil"], "languages": ["pl"]}


def shown(number: int, read: Read) -> str:
    """A line of the table, as `ugly` writes it."""
    wrong, typed = read.form.errors, read.form.typed

    def word(name: str) -> str:
        if name in wrong:
            return ""
        value = getattr(read.form.value, name) if read.form.value else next(iter(typed.get(name, ())), "")
        return str(value or "")

    rest = {
        name: ",".join(words)
        for name, words in typed.items()
        if words and name not in ALWAYS and name not in wrong and words[0] not in USUAL.get(name, ())
    }
    if read.form.value:
        rest |= {name: word(name) for name in ("guardian_phone", "email") if rest.get(name)}
        rest |= {"languages": ",".join(read.form.value.languages)} if read.form.value.languages != ["pl"] else {}
    parts = [str(number), *filter(None, (word("first_name"), word("last_name"))), word("birth_date"), word("phone")]
    parts += [f"{name}={rest[name]}" for name in sorted(rest)] + ([f"!{','.join(sorted(wrong))}"] if wrong else [])
    return " ".join([*parts, f"~{len(read.notes)}"] if read.notes else parts)


@pytest.mark.parametrize("what", UGLY)
async def test_an_ugly_file_comes_out_as_its_table(what: str) -> None:
    data, expected = UGLY[what]
    sheet = await sheets.read(data)
    mapping = layout.guessed(sheet.headings)
    if not layout.complete(mapping):
        assert [";".join(sheet.headings), f"{len(sheet.rows)} lines"] == expected
        return
    reads = [(number, person.read(layout.values(cells, mapping), AREAS, TODAY)) for number, cells in sheet.rows]
    assert [shown(number, read) for number, read in reads] == expected


def test_there_are_twenty_at_least() -> None:
    assert len(UGLY) >= 20


def bomb(lying: bool) -> bytes:
    """A workbook whose sheet unpacks to 2 GB of nothing; `lying`: its directory says that it is small."""
    packer, made, size, crc = zlib.compressobj(9, zlib.DEFLATED, -15), [], 0, 0
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row>' * 25_000
    for _ in range(2_000):
        made.append(packer.compress(rows))
        size, crc = size + len(rows), zlib.crc32(rows, crc)
    packed = b"".join([*made, packer.flush()])
    kept = io.BytesIO(book([["Imię", "Nazwisko"], ["Anna", "Kowalska"]]))
    with zipfile.ZipFile(kept) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if "sheet1.xml" not in name}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        about = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
        about.compress_type, about.file_size, about.compress_size, about.CRC = 8, size, len(packed), crc
        about.header_offset = out.tell()
        said = 1000 if lying else size & 0xFFFFFFFF
        head = (b"PK\x03\x04", 20, 0, 8, 0, 33, crc, len(packed), said, len(about.filename), 0)
        out.write(struct.pack("<4s5H3L2H", *head))
        out.write(about.filename.encode() + packed)
        about.file_size = said
        archive.filelist.append(about)
        archive.NameToInfo[about.filename] = about
        archive.start_dir = out.tell()
        archive._didModify = True  # type: ignore[attr-defined]
    return out.getvalue()


def huge() -> bytes:
    """Two cells, as far apart as a sheet is wide and long."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, "Imię")
        sheet.write(1_048_575, 16_383, "x")
    return kept.getvalue()


HOSTILE = {
    "nothing": b"",
    "one cell": b"x",
    "a heading alone": f"{HEADING}\n".encode(),
    "a picture called xlsx": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "a document of another kind": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"\x00\x01\x02" * 200,
    "nul bytes": f"{HEADING}\n{ANNA}\x00\n".encode(),
    "an archive with no sheet": (lambda kept: (zipfile.ZipFile(kept, "w").close(), kept.getvalue())[1])(io.BytesIO()),
    "a broken workbook": book([["a", "b"]])[:900],
    "a locked workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000),
    "ten thousand columns": b";".join(b"k%d" % n for n in range(10_000)) + b"\n" + b";".join([b"x"] * 10_000),
    "ten thousand columns in a workbook": book([[f"k{n}" for n in range(10_000)], ["x"] * 10_000]),
    "too many lines": f"{HEADING}\n".encode() + f"{ANNA}\n".encode() * 10_001,
    "too many lines in a workbook": book([HEADING.split(";"), *[ANNA.split(";")] * 11_000]),
    "a sheet as large as sheets are": huge(),
    "a bomb": bomb(lying=False),
    "a bomb that lies": bomb(lying=True),
    "one cell without end": b'Imie;Nazwisko\n"' + b"x" * 2_000_000,
    "too many bytes": b"x" * (sheets.MOST_BYTES + 1),
    "chance": random.Random(7).randbytes(50_000),
    "chance called a workbook": b"PK\x03\x04" + random.Random(7).randbytes(50_000),
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_what_is_no_list_is_one_sentence(what: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unreadable) as refused:
        await sheets.read(HOSTILE[what])
    assert refused.value.sentence.endswith(".")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_control_the_bomb_is_one() -> None:
    """Without its bounds the reader would have two gigabytes to unpack from two megabytes."""
    with zipfile.ZipFile(io.BytesIO(bomb(lying=False))) as archive:
        assert archive.getinfo("xl/worksheets/sheet1.xml").file_size > 1_900_000_000
    assert len(HOSTILE["a bomb that lies"]) < sheets.MOST_BYTES


def test_headings_are_understood_in_three_languages_and_a_guardians_phone_is_not_the_volunteers() -> None:
    said = {
        "Tel. do rodzica": Field.GUARDIAN_PHONE, "Imię i nazwisko opiekuna prawnego": Field.GUARDIAN_NAME,
        "Zgoda rodzica (data)": Field.GUARDIAN, "Zgoda na SMS": Field.SMS,
        "zgoda na kontakt e-mail": Field.EMAIL_CONSENT,
        "NR TELEFONU KOMÓRKOWEGO": Field.PHONE, "Adres e-mail": Field.EMAIL, "Uwagi": None, "PESEL": None,
        "Adres": None, "Дата народження": Field.BIRTH_DATE, "Surname": Field.LAST_NAME, "": None,
    }  # fmt: skip
    for heading, field in said.items():
        assert layout.vocabulary.field_of(heading) is field, heading
