"""How long papers are kept that are of nobody alone; a volunteer's own go with the volunteer. Numbers stay for good."""

from volunteer_hub.privacy.periods import Act, Period, Rule
from volunteer_hub.web.i18n import mark

_THERE = "(r.facts IS NOT NULL OR r.document IS NOT NULL OR r.withdrawn_words <> '') AND r.issued_at < {since}"
_EMPTY = "facts = NULL, document = NULL, withdrawn_words = ''"
AFTER_ISSUE = mark("od wydania; numer zostaje")

OF_PAPERS: tuple[Rule, ...] = (
    # A claim from the insurance lapses after three years (Civil Code, art. 819), and comes late.
    Rule("insurance-lists", mark("Listy do ubezpieczenia"), Period(5, "years"), AFTER_ISSUE, "issued_paper",
         f"r.kind = 'insurance' AND {_THERE}", Act.BLANK, _EMPTY),
    Rule("lists-and-slips", mark("Listy obecności, plakaty i potwierdzenia zgłoszeń"), Period(12, "months"),
         AFTER_ISSUE, "issued_paper", f"r.kind IN ('attendance', 'poster', 'slip') AND {_THERE}", Act.BLANK, _EMPTY),
    Rule("certificates-asked", mark("Prośby o zaświadczenie, na które jest odpowiedź"), Period(12, "months"),
         mark("od odpowiedzi"), "certificate_asked", "r.answered_at < {since}"),
)  # fmt: skip
