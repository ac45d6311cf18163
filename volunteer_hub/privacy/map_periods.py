"""How long words and contacts on the map and of those who work with it are kept."""

from volunteer_hub.privacy.periods import Act, Period, Rule
from volunteer_hub.web.i18n import mark

# A need that is over, and that nobody has touched since.
OVER = """n.state IN ('met', 'withdrawn') AND n.created_at < {since}
    AND NOT EXISTS (SELECT FROM need_change c WHERE c.need = n.id AND c.at >= {since})"""
OF_OVER = f"EXISTS (SELECT FROM need n WHERE n.id = r.need AND {OVER})"
YEAR = Period(12, "months")
AFTER_NEED = mark("od zaspokojenia albo wycofania potrzeby")
AFTER_MEETING = mark("od spotkania zespołu")

OF_NEEDS: tuple[Rule, ...] = (
    Rule(
        "needs",
        mark("Kto powiedział o potrzebie, jej opis i adres, a w potrzebie jednej osoby także punkt na mapie"),
        YEAR,
        AFTER_NEED,
        "need",
        f"""{OVER.replace("n.", "r.")} AND ((r.voiced_by, r.about, r.address) <> ('', '', '') OR r.personal AND EXISTS (
                SELECT FROM area a WHERE a.id = r.area AND (a.latitude, a.longitude) <> (r.latitude, r.longitude)))""",
        Act.BLANK,
        "voiced_by = '', about = '', address = '',"
        " (latitude, longitude) = (SELECT CASE WHEN personal THEN a.latitude ELSE need.latitude END,"
        " CASE WHEN personal THEN a.longitude ELSE need.longitude END FROM area a WHERE a.id = need.area)",
    ),
    Rule("need-evidence", mark("Słowa, z których wiadomo o potrzebie"), YEAR, AFTER_NEED, "need_evidence",
         f"r.words <> '' AND {OF_OVER}", Act.BLANK, "words = ''"),
    Rule("need-reasons", mark("Powody zmian przy potrzebie"), YEAR, AFTER_NEED, "need_change",
         f"r.reason <> '' AND {OF_OVER}", Act.BLANK, "reason = ''"),
    Rule("geocoded", mark("Adresy, o które zapytano mapę"), Period(90, "days"), mark("od zapytania"), "geocoded",
         "r.at < {since}"),
)  # fmt: skip

OF_PARTNERS: tuple[Rule, ...] = (
    Rule("contacts", mark("Osoba do kontaktu w organizacji i kto zgodził się na publikację"), YEAR,
         mark("od zamknięcia tego, co organizacja prowadziła"), "resource",
         "r.closed_on < ({since})::date AND (r.contact_name, r.phone, r.email, r.consent_by) <> ('', '', '', '')",
         Act.BLANK, "contact_name = '', phone = '', email = '', consent_by = ''"),
    Rule("partners-asked", mark("Listy do partnerów w sprawie potrzeby"), YEAR, mark("od wysłania"), "partner_asked",
         "r.words <> '' AND r.at < {since}", Act.BLANK, "words = ''"),
    Rule("team-members", mark("Osoby z zespołów: imię, nazwisko, funkcja, telefon i e-mail w pracy"), YEAR,
         mark("od odejścia z zespołu albo jego zamknięcia"), "team_member",
         "r.left_on < ({since})::date OR EXISTS (SELECT FROM team t WHERE t.id = r.team AND t.closed_at < {since})"),
    Rule("agendas", mark("O czym rozmawiał zespół i co postanowił"), Period(3, "years"), AFTER_MEETING, "agenda_item",
         "EXISTS (SELECT FROM team_meeting m WHERE m.id = r.meeting AND m.ends_at < {since})"),
    Rule("team-tasks", mark("Zadania, które ktoś z zespołu wziął na siebie"), Period(3, "years"), AFTER_MEETING,
         "team_task", "EXISTS (SELECT FROM team_meeting m WHERE m.id = r.meeting AND m.ends_at < {since})"),
)  # fmt: skip

OF_MAP: tuple[Rule, ...] = (*OF_NEEDS, *OF_PARTNERS)
