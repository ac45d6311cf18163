"""What is wrong with an outline, in words: one sentence for each reason of atlas.outline_text and atlas.outlines."""

from typing import Any

from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import gettext, mark

SENTENCES = {
    "too-big": mark("Ten plik jest za duży. Najwięcej: %(mb)s MB."),
    "too-much": mark("Tego pliku nie udało się przeliczyć. Uprość granice i wyślij jeszcze raz."),
    "too-deep": mark("W tym pliku jest za dużo nawiasów jeden w drugim. To nie są granice osiedli."),
    "too-many-corners": mark("Granice mają za dużo punktów. Najwięcej: %(n)s. Uprość je i wyślij jeszcze raz."),
    "too-many-districts": mark("W tym pliku jest za dużo obiektów. Najwięcej: %(n)s."),
    "archive": mark("To jest plik spakowany. Rozpakuj go i zapisz granice jako GeoJSON."),
    "xml": mark("To jest plik KML, GML albo strona. Zapisz granice jako GeoJSON."),
    "topojson": mark("To jest TopoJSON. Zapisz granice jako GeoJSON."),
    "not-utf8": mark("Ten plik nie jest zapisany w UTF-8. Zapisz go jeszcze raz w tym kodowaniu."),
    "not-json": mark("To nie jest poprawny plik JSON: błąd w wierszu %(line)s, w kolumnie %(column)s."),
    "not-a-number": mark("W pliku zamiast liczby stoi %(word)s. Współrzędne muszą być liczbami."),
    "huge-number": mark("W pliku są liczby za duże na współrzędne."),
    "wrong-type": mark(
        "Na początku pliku stoi „type”: „%(type)s”. Potrzebny jest GeoJSON z obiektami: „FeatureCollection”."
    ),
    "no-type": mark("To nie jest GeoJSON: brakuje w nim „type”."),
    "empty": mark("W tym pliku nie ma żadnego osiedla."),
    "one-only": mark("Tu wpisz jedno osiedle, a w tym tekście jest ich %(n)s. Wiele naraz przyjmie „Wczytaj z pliku”."),
    "no-names": mark("Obiekty w pliku nie mają nazw. Dodaj każdemu właściwość „nazwa” i wyślij jeszcze raz."),
    "wrong-geometry": mark("obiekt nr %(n)s to „%(type)s”. Osiedle musi być obszarem: „Polygon” albo „MultiPolygon”."),
    "no-geometry": mark("obiekt nr %(n)s nie ma narysowanej granicy."),
    "bad-position": mark("w obiekcie nr %(n)s są współrzędne, które nie są parą liczb."),
    "too-few-corners": mark("granica musi mieć co najmniej trzy różne punkty i otaczać jakiś obszar."),
    "not-closed": mark("granica nie jest zamknięta. Ostatni punkt musi być taki sam jak pierwszy."),
    "self-crossing": mark("granica przecina samą siebie w punkcie %(lat)s, %(lon)s."),
    "bad-hole": mark("dziura w osiedlu wychodzi poza jego granicę w punkcie %(lat)s, %(lon)s."),
    "bad-parts": mark("części osiedla nachodzą na siebie w punkcie %(lat)s, %(lon)s."),
    "overlap": mark("to osiedle nachodzi na „%(other)s” (wspólne %(km2)s km²). Popraw wspólną granicę."),
    "projection": mark(
        "Współrzędne nie są w stopniach WGS 84. Wyglądają na: %(name)s. W programie QGIS wybierz „Eksport”, „Zapisz"
        " obiekty jako”, układ EPSG:4326, i wyślij ten nowy plik."
    ),
    "unknown-projection": mark(
        "Współrzędne nie są w stopniach WGS 84 i nie poznajemy ich układu. W programie QGIS wybierz „Eksport”, „Zapisz"
        " obiekty jako”, układ EPSG:4326, i wyślij ten nowy plik."
    ),
    "swapped": mark(
        "Szerokość i długość są zamienione miejscami: wyszłoby osiedle poza Polską. W GeoJSON najpierw stoi długość"
        " (ok. 19), potem szerokość (ok. 52). Zaznacz „Zamień kolejność współrzędnych” i wyślij jeszcze raz."
    ),
    "swapped-lines": mark(
        "Szerokość i długość są zamienione miejscami: wyszłoby osiedle poza Polską. W każdym wierszu wpisz najpierw"
        " szerokość (ok. 52), potem długość (ok. 19)."
    ),
    "bad-line": mark("Wiersz %(n)s to nie są dwie liczby: „%(line)s”. Wpisz na przykład: 52.6483, 19.0677."),
}


def refused(code: str, values: dict[str, Any]) -> Refused:
    """The refusal of an outline, already in the language of the request: what is wrong, and with which district."""
    if code == "projection" and not values["name"]:
        code = "unknown-projection"
    if code == "wrong-type" and not values["type"]:
        code = "no-type"
    said = gettext(SENTENCES[code], **values)
    named = "" if code == "projection" else values.get("name")
    return Refused(f"{named}: {said}" if named else said[:1].upper() + said[1:], 422)
