"""Spreadsheets of volunteers as centres have them: each with the table that it must come out as.

A line of a table: the spreadsheet's number, the name, the day of birth, the phone, then what else it says; what is
wrong stands behind "!" by field, what was left out is counted behind "~".
"""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import xlsxwriter

HEADING = "Imię;Nazwisko;Data urodzenia;Telefon"
ANNA = "Anna;Kowalska;4.05.1990;600 111 222"
ANNAS = "Anna Kowalska 1990-05-04 +48600111222"


def book(rows: list[list[Any]], change: Callable[[Any, Any], None] | None = None, first: int = 0) -> bytes:
    """An XLSX with these rows; dates as dates. `change` does the rest to workbook and sheet."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True, "default_date_format": "dd.mm.yyyy"}) as workbook:
        sheet = workbook.add_worksheet("Lista")
        for n, row in enumerate(rows, first):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write(n, column, cell)
        if change:
            change(workbook, sheet)
    return kept.getvalue()


def ods(rows: list[list[str]]) -> bytes:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2"'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Lista">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return kept.getvalue()


def _merged(workbook: Any, sheet: Any) -> None:
    sheet.merge_range(0, 0, 0, 4, "Wolontariusze 2026")
    sheet.merge_range(2, 4, 3, 4, "Południe")


def _hidden(workbook: Any, sheet: Any) -> None:
    other = workbook.add_worksheet("stare")
    other.write_row(0, 0, ["Imię", "Nazwisko", "Data urodzenia"])
    other.write_row(1, 0, ["Stara", "Lista", "1.01.1950"])
    other.hide()


def _second(workbook: Any, sheet: Any) -> None:
    other = workbook.add_worksheet("Osoby")
    other.write_row(0, 0, ["Imię i nazwisko", "Ur.", "Kom."])
    other.write_row(1, 0, ["Anna Kowalska", date(1990, 5, 4), 600111222])


def _chart(workbook: Any, sheet: Any) -> None:
    drawn = workbook.add_chart({"type": "column"})
    drawn.add_series({"values": "=Lista!$D$2:$D$2"})
    workbook.add_chartsheet("wykres").set_chart(drawn)


def _formula(workbook: Any, sheet: Any) -> None:
    sheet.write_formula(1, 0, '="An"&"na"', None, "Anna")
    sheet.write_formula(2, 0, '=WEBSERVICE("http://example.org")', None, "")


UGLY: dict[str, tuple[bytes, list[str]]] = {
    "utf-8": (f"{HEADING}\n{ANNA}\n".encode(), [f"2 {ANNAS}"]),
    "utf-8 with its mark": (f"{HEADING}\n{ANNA}\n".encode("utf-8-sig"), [f"2 {ANNAS}"]),
    "windows-1250": (
        f"{HEADING};Osiedle\r\nŁucja;Żółć;4.05.1990;600111222;Południe\r\n".encode("cp1250"),
        ["2 Łucja Żółć 1990-05-04 +48600111222 area=poludnie"],
    ),
    "iso 8859-2": (
        f"{HEADING}\nŚwiętosława;Gąśź;4.05.1990;600111222\n".encode("iso-8859-2"),
        ["2 Świętosława Gąśź 1990-05-04 +48600111222"],
    ),
    "unicode text of excel": (
        f"{HEADING}\r\n{ANNA}\r\n".replace(";", "\t").encode("utf-16"), [f"2 {ANNAS}"],
    ),
    "utf-16 without its mark": (f"{HEADING}\r\n{ANNA}\r\n".replace(";", "\t").encode("utf-16-le"), [f"2 {ANNAS}"]),
    "commas and quotes": (
        b'"Nazwisko, imie",Ur.,Tel\r\n"Kowalska, Anna",1990-05-04,"600,111"\r\n"Lis\nEwa",1.2.1985,"600 111 222"\r\n',
        ["2 Anna Kowalska 1990-05-04  !phone ~1", "3 Ewa Lis 1985-02-01 +48600111222"],
    ),
    "excel says its separator": (f"sep=|\n{HEADING}\n{ANNA}\n".replace(";", "|").encode(), [f"3 {ANNAS}"]),
    "titles above, totals below": (
        f"Lista wolontariuszy;;;\nstan na 1.09.2026;;;\n;;;\n{HEADING}\n{ANNA}\n;;;\nRazem: 1\nOgółem;1\n".encode(),
        [f"5 {ANNAS}"],
    ),
    "the heading again on every page": (f"{HEADING}\n{ANNA}\n{HEADING}\nJan;Lis;1.02.1985;600111333\n".encode(),
                                        [f"2 {ANNAS}", "4 Jan Lis 1985-02-01 +48600111333"]),
    "columns in another order, others between": (
        "Lp.;Tel. kom.;Uwagi;Data ur. (dd.mm.rrrr);PESEL;Nazwisko i imię\n"
        "1;600 111 222;bardzo miła;04-05-1990;90050412345;KOWALSKA Anna Maria\n2;;;;;\n".encode(),
        ["2 Anna Maria Kowalska 1990-05-04 +48600111222"],
    ),
    "names in one column": (
        b"Wolontariusz;Ur.;Tel.\nAnna Kowalska-Nowak;4.05.1990;600111222\nLIS Jan;1.02.1985;600111333\n"
        b"anna nowak;1.02.1985;600111444\nAnna;1.02.1985;600111555\n",
        ["2 Anna Kowalska-Nowak 1990-05-04 +48600111222", "3 Jan Lis 1985-02-01 +48600111333",
         "4 Anna Nowak 1985-02-01 +48600111444", "5 Anna 1985-02-01 600111555 !last_name"],
    ),
    "dates as people type them": (
        "Imię;Nazwisko;Data urodzenia;Telefon\n".encode()
        + "\n".join(
            f"Anna;Lis;{day};600111222"
            for day in ("1.02.2008 r.", "2008-02-01", "1 lutego 2008", "01022008", "1.II.2008", "39479", "1.02.08",
                        "1.02.20", "31.02.1990", "luty 1990", "2.1990", "1/2/1990", "19900201", "01-lut-90", "1.II.90")
        ).encode(),
        ["2 Anna Lis 2008-02-01 +48600111222", "3 Anna Lis 2008-02-01 +48600111222",
         "4 Anna Lis 2008-02-01 +48600111222", "5 Anna Lis 2008-02-01 +48600111222",
         "6 Anna Lis 2008-02-01 +48600111222", "7 Anna Lis 2008-02-01 +48600111222",
         "8 Anna Lis 2008-02-01 +48600111222", "9 Anna Lis  600111222 !birth_date",
         "10 Anna Lis  600111222 !birth_date", "11 Anna Lis  600111222 !birth_date",
         "12 Anna Lis  600111222 !birth_date", *(f"{n} Anna Lis 1990-02-01 +48600111222" for n in range(13, 17))],
    ),
    "phones as people type them": (
        f"{HEADING}\n".encode()
        + "\n".join(
            f"Anna;Lis;1.02.1990;{phone}"
            for phone in ("600-111-222", "+48600111222", "0048 600 111 222", "48600111222", "tel. 600 111 222",
                          "600111222 (mama)", "600 111 222 / 600 111 333", "600111222.0", "0600111222",
                          "(54) 231 22 33", "6,00112E+08", "60011122", "nie ma", "600 111 222 (po 18)")
        ).encode(),
        [*(f"{n} Anna Lis 1990-02-01 +48600111222" for n in range(2, 8)),
         "8 Anna Lis 1990-02-01 +48600111222 ~1", "9 Anna Lis 1990-02-01 +48600111222",
         "10 Anna Lis 1990-02-01 +48600111222", "11 Anna Lis 1990-02-01 +48542312233",
         "12 Anna Lis 1990-02-01  !phone", "13 Anna Lis 1990-02-01  !phone", "14 Anna Lis 1990-02-01  !phone",
         "15 Anna Lis 1990-02-01 +48600111222"],
    ),
    "words of lists": (
        "Imię;Nazwisko;Ur.;Tel;Umiejętności;Zainteresowania;Języki;Rodzaj\n"
        "Anna;Lis;1.02.1990;600111222;muzyka i pierwsza pomoc, latanie;Seniorzy/dzieci;polski, ukr;studentka\n"
        "Jan;Lis;1.02.1990;600111333;;;;astronauta\n".encode(),
        ["2 Anna Lis 1990-02-01 +48600111222 causes=elders,children kind=student languages=pl,uk"
         " skills=music,first-aid ~1",
         "3 Jan Lis 1990-02-01 600111333 !kind"],
    ),
    "english": (
        b"First Name,Surname,Date of Birth,Mobile phone,Email,District\n"
        b"Olha,Koval,1990-05-04,+380 67 123 45 67,o@k.example,Poludnie\n",
        ["2 Olha Koval 1990-05-04 +380671234567 area=poludnie email=o@k.example"],
    ),
    "ukrainian": (
        "Прізвище та ім'я;Дата народження;Телефон;Мови\nКоваль Ольга;4 травня 1990;600111222;українська\n".encode(),
        ["2 Ольга Коваль 1990-05-04 +48600111222 languages=uk"],
    ),
    "no heading at all": (
        b"Anna;Kowalska;4.05.1990;600111222\nJan;Lis;1.02.1985;600111333\n", ["A;B;C;D", "2 lines"],
    ),
    "text that excel must not touch": (
        f"{HEADING}\nAnna;Kowalska;=\"4.05.1990\";'600111222\n".encode(), [f"2 {ANNAS}"],
    ),
    "signs that cannot be seen": (
        f"{HEADING}\n\u200bAnna\u00a0;  Kowalska ;4.05.1990\u00a0;600\u202f111\u00a0222\n".encode(), [f"2 {ANNAS}"],
    ),
    "xlsx with dates and numbers": (
        book([["Imię", "Nazwisko", "Data ur.", "Telefon"], ["Anna", "Kowalska", date(1990, 5, 4), 600111222],
              ["Jan", "Lis", 31079, 48600111333.0]]),
        [f"2 {ANNAS}", "3 Jan Lis 1985-02-01 +48600111333"],
    ),
    "xlsx with merged cells": (
        book([["", "", "", "", ""], ["Imię", "Nazwisko", "Ur.", "Tel", "Osiedle"],
              ["Anna", "Kowalska", "4.05.1990", "600111222", ""], ["Jan", "Lis", "1.02.1985", "600111333", ""],
              ["Ewa", "Lis", "1.02.1985", "600111444", ""]], _merged),
        [f"3 {ANNAS} area=poludnie", "4 Jan Lis 1985-02-01 +48600111333 area=poludnie",
         "5 Ewa Lis 1985-02-01 +48600111444"],
    ),
    "xlsx that begins in the middle": (
        book([["", "", "Imię", "Nazwisko", "Ur.", "Tel"], [], [],
              ["", "", "Anna", "Kowalska", "4.05.1990", "600111222"]], first=6),
        [f"10 {ANNAS}"],
    ),
    "xlsx with a hidden list": (
        book([["Imię", "Nazwisko", "Ur.", "Tel"], ["Anna", "Kowalska", "4.05.1990", "600111222"]], _hidden),
        [f"2 {ANNAS}"],
    ),
    "xlsx whose list is the second sheet": (
        book([["Spis treści", "Strona"], ["Wolontariusze", "2"]], _second), [f"2 {ANNAS}"],
    ),
    "xlsx with formulas": (
        book([["Imię", "Nazwisko", "Ur.", "Tel"], ["", "Kowalska", "4.05.1990", "600111222"],
              ["", "Lis", "1.02.1985", "600111333"]], _formula),
        [f"2 {ANNAS}", "3 Lis 1985-02-01 600111333 !first_name"],
    ),
    "xlsx with a chart": (
        book([["Imię", "Nazwisko", "Ur.", "Tel"], ["Anna", "Kowalska", "4.05.1990", "600111222"]], _chart),
        [f"2 {ANNAS}"],
    ),
    "the same as above": (
        book([["Imię", "Nazwisko", "Ur.", "Tel", "Osiedle"], ["Zoja", "j.w.", "1.02.1985", "600111555", '"'],
              ["Anna", "Kowalska", date(1990, 5, 4), "600 111 222", "Południe"],
              ["Jan", '"', "1.02.1985", "600111333", "-||-"], ["Ewa", "j. w.", "jw", "„", "-”-"],
              ["Iza", "''", "1.02.1985", "600111444", "-"]]),
        ["2 Zoja 1985-02-01 600111555 !last_name", f"3 {ANNAS} area=poludnie",
         "4 Jan Kowalska 1985-02-01 +48600111333 area=poludnie", "5 Ewa Kowalska 1985-02-01 +48600111333 area=poludnie",
         "6 Iza Kowalska 1985-02-01 +48600111444"],
    ),
    "two people in one cell": (
        book([["Imię i nazwisko", "Ur.", "Tel"], ["Anna i Jan Kowalscy", "1.02.1985", "600111222"],
              ["Maria Lis, Teresa Wilk", "1.02.1985", "600111222"],
              ["Ewa Lis\nAdam Lis", "1.02.1985", "600 111 222\n600 111 333"],
              ["Kowalska, Anna Maria", "1.02.1985", "600111222"], ["Ola Duda/Kot", "1.02.1985", "600111222"],
              ['=HYPERLINK("x")  Lis', "1.02.1985", "600111222"], ["Jan Lis 2", "1.02.1985", "600111222"]],
             lambda workbook, sheet: sheet.write_string(6, 0, '=HYPERLINK("x") Lis')),
        [*(f"{n} 1985-02-01 600111222 !first_name,last_name" for n in (2, 3)),
         "4 1985-02-01 600 111 222 !first_name,last_name ~1", "5 Anna Maria Kowalska 1985-02-01 +48600111222",
         "6 1985-02-01 600111222 !first_name,last_name", "7 1985-02-01 600111222 !first_name,last_name ~1",
         "8 1985-02-01 600111222 !first_name,last_name"],
    ),
    "names with what is no name": (
        "Wolontariusz;Ur.;Tel.\nmgr inż. Anna Sowa;4.05.1990;600111222\n"
        "ks. Jan Lis (proboszcz);4.05.1990;600111222\np. Krysia;4.05.1990;600111222\n"
        "Pan Tadeusz;4.05.1990;600111222\nS\u0301wia\u0328tek-O'Neil Z\u0307aneta;4.05.1990;600111222\n".encode(),
        ["2 Anna Sowa 1990-05-04 +48600111222 ~1", "3 Jan Lis 1990-05-04 +48600111222 ~1",
         "4 Krysia 1990-05-04 600111222 !last_name ~1", "5 Tadeusz 1990-05-04 600111222 !last_name ~1",
         "6 Świątek-O'Neil Żaneta 1990-05-04 +48600111222"],
    ),
    "cells that say there is nothing": (
        f"{HEADING};E-mail;Osiedle;Rodzaj;Umiejętności\n{ANNA};brak;nie dotyczy;-;n/d\n"
        "Jan;Lis;1.02.1985;brak;jan@example.org;?;—;muzyka\nEwa;Lis;1.02.1985;nie ma;Brak;;;\n".encode(),
        [f"2 {ANNAS}", "3 Jan Lis 1985-02-01  email=jan@example.org skills=music", "4 Ewa Lis 1985-02-01  !phone"],
    ),
    "ods": (
        ods([["Imię", "Nazwisko", "Ur.", "Tel"], ["Anna", "Kowalska", "4.05.1990", "600 111 222"]]), [f"2 {ANNAS}"],
    ),
    "a minor": (
        "Imię;Nazwisko;Ur.;Opiekun;Tel. do rodzica;Zgoda rodzica;Zgoda SMS\n"
        "Ola;Lis;1.02.2012;Ewa Lis;600111222;2.09.2025;tak\nIza;Lis;1.02.2012;;;;\n".encode(),
        ["2 Ola Lis 2012-02-01  guardian=2025-09-02 guardian_name=Ewa Lis guardian_phone=+48600111222 ~1",
         "3 Iza Lis 2012-02-01  !guardian_name,guardian_phone"],
    ),
}  # fmt: skip
