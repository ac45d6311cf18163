"""How long data of people are kept: volunteers, guardians, participants, requests."""

from volunteer_hub.privacy.periods import Act, Period, Rule
from volunteer_hub.web.i18n import mark

# Nobody's data is thrown away who asked us to keep it (GDPR, art. 18), or whose right is being dealt with.
FREE = """r.restricted_at IS NULL AND NOT EXISTS (
    SELECT FROM rights_request q WHERE q.subject = '{kind}:' || r.id AND q.state = 'open')"""
VOLUNTEER, PARTICIPANT = FREE.replace("{kind}", "volunteer"), FREE.replace("{kind}", "participant")
LEFT = "r.step = 'left' AND r.step_since < {since}"
OF_LEFT = "EXISTS (SELECT FROM volunteer v WHERE v.id = r.volunteer AND " + LEFT.replace("r.", "v.") + ")"
AFTER_INITIATIVE = mark("od końca inicjatywy")
ENDED = """EXISTS (
    SELECT FROM initiative i WHERE i.id = r.initiative AND i.state IN ('finished', 'stopped')
      AND (SELECT max(c.at) FROM initiative_change c WHERE c.initiative = i.id) < {since})"""
AFTER_CONTRACT = mark("od końca kontraktu; papier zostaje w segregatorze")
# One that nobody closed is over with its last day, if it has one; a draft that was never taken further, with its first.
ENDS = "coalesce(c.ended_on, c.last_day, CASE c.state WHEN 'draft' THEN c.first_day ELSE 'infinity' END)"
OVER_CONTRACT = ENDS + " < ({since})::date"
OF_CIRCLE = ENDED.replace("WHERE ", "WHERE i.kind = 'circle' AND ", 1)

OF_PEOPLE: tuple[Rule, ...] = (
    Rule(
        "never-helped",
        mark("Wolontariusze, którzy się zgłosili i nie zaczęli pomagać"),
        Period(12, "months"),
        mark("od zgłoszenia, jeśli nie zaczniesz pomagać"),
        "volunteer",
        f"""r.created_at < {{since}} AND r.step_since < {{since}} AND r.step IN ('applied', 'talked_to', 'left')
            AND NOT EXISTS (SELECT FROM step_taken s WHERE s.volunteer = r.id AND s.step IN ('agreed', 'active'))
            AND NOT EXISTS (SELECT FROM agreement a WHERE a.volunteer = r.id)
            AND NOT EXISTS (SELECT FROM service s WHERE s.volunteer = r.id)
            AND NOT EXISTS (SELECT FROM booking b WHERE b.volunteer = r.id AND b.accepted) AND {VOLUNTEER}""",
        Act.ERASE,
    ),
    Rule(
        "left",
        mark("Wolontariusze, którzy przestali pomagać, z porozumieniami i historią"),
        Period(5, "years"),
        mark("od końca pomocy i porozumienia, bo tyle mogą być potrzebne"),
        "volunteer",
        f"""{LEFT} AND (EXISTS (SELECT FROM step_taken s WHERE s.volunteer = r.id AND s.step IN ('agreed', 'active'))
                 OR EXISTS (SELECT FROM agreement a WHERE a.volunteer = r.id)
                 OR EXISTS (SELECT FROM service s WHERE s.volunteer = r.id)
                 OR EXISTS (SELECT FROM booking b WHERE b.volunteer = r.id AND b.accepted))
            AND NOT EXISTS (SELECT FROM agreement a WHERE a.volunteer = r.id
                            AND coalesce(a.valid_until, 'infinity') >= ({{since}})::date)
            AND NOT EXISTS (SELECT FROM service s WHERE s.volunteer = r.id
                            AND coalesce(s.last_day, 'infinity') >= ({{since}})::date)
            AND NOT EXISTS (SELECT FROM booking b WHERE b.volunteer = r.id AND b.accepted AND b.ends_at >= {{since}})
            AND {VOLUNTEER}""",
        Act.ERASE,
    ),
    Rule(
        "matching",
        mark("Umiejętności, zainteresowania i położenie domu tych, którzy przestali pomagać"),
        Period(12, "months"),
        mark("od końca pomocy"),
        "volunteer",
        f"""{LEFT} AND r.restricted_at IS NULL
            AND (r.causes, r.skills, r.tags) IS DISTINCT FROM ('{{}}'::varchar[], '{{}}'::varchar[], '{{}}'::varchar[])
             OR {LEFT} AND r.restricted_at IS NULL AND (r.about <> '' OR r.gender <> '' OR r.travels <> ''
                                                        OR r.latitude IS NOT NULL)""",
        Act.BLANK,
        "causes = '{}', skills = '{}', tags = '{}', about = '', gender = '', travels = '', latitude = NULL,"
        " longitude = NULL",
    ),
    Rule(
        "availability",
        mark("Wolne pory tych, którzy przestali pomagać"),
        Period(12, "months"),
        mark("od końca pomocy"),
        "availability",
        OF_LEFT,
    ),
    Rule(
        "away",
        mark("Dni, w które ktoś prosił, żeby nie pytać"),
        Period(12, "months"),
        mark("od ostatniego z tych dni"),
        "away",
        "r.last_day < ({since})::date",
    ),
    Rule("plans", mark("Plany: kogo gdzie proponowano i co o tym powiedziano"), Period(90, "days"),
         mark("od ostatniego dnia planu"), "matching_plan", "r.last_day < ({since})::date"),
    Rule(
        "unused-offers",
        mark("Propozycje i zaproszenia, z których nic nie wyszło"),
        Period(12, "months"),
        mark("od spotkania"),
        "assignment",
        """r.state IN ('proposed', 'invited', 'declined', 'silent', 'withdrawn') AND EXISTS (
               SELECT FROM opening o JOIN meeting m ON m.id = o.meeting
               WHERE o.id = r.opening AND m.ends_at < {since})""",
    ),
    Rule("absences", mark("Powód, dla którego ktoś nie przyszedł pomagać"), Period(3, "months"), mark("od spotkania"),
         "assignment",
         """(r.missed_reason, r.missed_words) <> ('', '') AND EXISTS (
                SELECT FROM opening o JOIN meeting m ON m.id = o.meeting
                WHERE o.id = r.opening AND m.ends_at < {since})""",
         Act.BLANK, "missed_reason = '', missed_words = ''"),
    Rule("hours-words", mark("Dopiski przy godzinach pomocy"), Period(12, "months"), mark("od tego dnia"),
         "hours_worked", "r.words <> '' AND r.day < ({since})::date", Act.BLANK, "words = ''"),
    Rule("hours-refused", mark("Zgłoszone godziny, których nie przyjęto"), Period(12, "months"), mark("od decyzji"),
         "hours_worked", "r.state = 'refused' AND r.decided_at < {since}"),
    Rule(
        "guardians",
        mark("Imię, telefon i e-mail opiekuna"),
        Period(3, "years"),
        mark("od osiemnastych urodzin dziecka"),
        "volunteer",
        """r.birth_date + interval '18 years' < {since} AND r.restricted_at IS NULL
           AND (r.guardian_name, r.guardian_phone, r.guardian_email) <> ('', '', '')""",
        Act.BLANK,
        "guardian_name = '', guardian_phone = '', guardian_email = ''",
    ),
    Rule("imports", mark("Wczytane pliki z wolontariuszami, zapisane albo nie"), Period(1, "days"),
         mark("od zapisania, a pliku, którego nikt nie zapisał, od wczytania"), "people_import",
         "coalesce(r.undone_at, r.written_at, r.created_at) < {since} AND r.state NOT IN ('writing', 'undoing')"),
    Rule(
        "guardian-links",
        mark("Linki opiekunów, które już nie działają"),
        Period(30, "days"),
        mark("od końca ich działania"),
        "guardian_link",
        "r.ends_at < {since}",
    ),
    Rule(
        "schools",
        mark("Kontakt do szkoły, z którą już nie współpracujemy"),
        Period(12, "months"),
        mark("od końca współpracy"),
        "school",
        "r.closed_at < {since} AND (r.contact_name, r.contact_email, r.contact_phone) <> ('', '', '')",
        Act.BLANK,
        "contact_name = '', contact_email = '', contact_phone = '', token_hash = NULL",
    ),
    Rule(
        "clearances",
        mark("Zapis, że ktoś był sprawdzony"),
        Period(5, "years"),
        mark("od końca ważności"),
        "clearance",
        "least(r.valid_until, r.revoked_on) < ({since})::date",
    ),
    Rule(
        "participants",
        mark("Uczestnicy, z obecnością i tym, co powierzyli"),
        Period(12, "months"),
        mark("od ostatniego spotkania"),
        "participant",
        f"""r.created_at < {{since}} AND NOT EXISTS (
                SELECT FROM member e JOIN initiative i ON i.id = e.initiative WHERE e.participant = r.id
                  AND coalesce(e.left_on, i.ends_on, 'infinity') >= ({{since}})::date
                  AND (e.joined_on >= ({{since}})::date OR i.state NOT IN ('finished', 'stopped')
                       OR EXISTS (SELECT FROM meeting m WHERE m.initiative = i.id AND m.ends_at >= {{since}})))
            AND NOT EXISTS (SELECT FROM contract c WHERE c.participant = r.id
                            AND {ENDS} >= ({{since}})::date)
            AND NOT EXISTS (SELECT FROM request q WHERE q.participant = r.id
                            AND (q.state <> 'closed' OR q.closed_at >= {{since}})) AND {PARTICIPANT}""",
        Act.ERASE,
    ),
    # Rows without words stay: how many steps were done, and when, is a figure of the year.
    Rule("contract-words", mark("Słowa kontraktów socjalnych: cele"), Period(12, "months"), AFTER_CONTRACT,
         "contract_goal",
         f"r.sealed IS NOT NULL AND EXISTS (SELECT FROM contract c WHERE c.id = r.contract AND {OVER_CONTRACT})",
         Act.BLANK, "sealed = NULL"),
    Rule("contract-steps", mark("Słowa kontraktów socjalnych: kroki"), Period(12, "months"), AFTER_CONTRACT,
         "contract_step",
         f"""r.sealed IS NOT NULL AND EXISTS (
             SELECT FROM contract c JOIN contract_goal g ON g.contract = c.id
             WHERE g.id = r.goal AND {OVER_CONTRACT})""",
         Act.BLANK, "sealed = NULL"),
    Rule("contract-outcome", mark("Co wyszło z kontraktu socjalnego"), Period(12, "months"), AFTER_CONTRACT, "contract",
         f"r.outcome IS NOT NULL AND {OVER_CONTRACT.replace('c.', 'r.')}", Act.BLANK, "outcome = NULL"),
    Rule("diaries", mark("Dzienniki grup, zespołów i projektów"), Period(12, "months"), AFTER_INITIATIVE, "diary_entry",
         ENDED),
    Rule("circle-tasks", mark("Zadania zespołu wsparcia przy jednej rodzinie"), Period(12, "months"), AFTER_INITIATIVE,
         "circle_task", ENDED),
    Rule("circle-goals", mark("Słowa celów zespołu wsparcia przy jednej rodzinie"), Period(12, "months"),
         AFTER_INITIATIVE, "goal", f"(r.words, r.outcome) <> ('', '') AND {OF_CIRCLE}", Act.BLANK,
         "words = '', outcome = ''"),
    Rule("circle-outcome", mark("Co wyszło z zespołu wsparcia przy jednej rodzinie"), Period(12, "months"),
         AFTER_INITIATIVE, "initiative", f"r.outcome <> '' AND {OF_CIRCLE.replace('r.initiative', 'r.id')}", Act.BLANK,
         "outcome = ''"),
    Rule("initiative-reasons", mark("Powody, dla których inicjatywa się skończyła albo wróciła"), Period(12, "months"),
         AFTER_INITIATIVE, "initiative_change", f"r.reason <> '' AND {ENDED}", Act.BLANK, "reason = ''"),
    Rule(
        "requests",
        mark("Treść zgłoszeń i kontakt do osoby, która pisała"),
        Period(12, "months"),
        mark("od zamknięcia sprawy"),
        "request",
        """r.state = 'closed' AND r.closed_at < {since}
           AND (r.name, r.phone, r.email, r.address, r.text, r.answer) <> ('', '', '', '', '', '')""",
        Act.BLANK,
        "name = '', phone = '', email = '', address = '', text = '', answer = '', once_hash = NULL",
    ),
    Rule(
        "request-notes",
        mark("Dopiski przy zgłoszeniach"),
        Period(12, "months"),
        mark("od zamknięcia sprawy"),
        "request_move",
        """r.note <> '' AND EXISTS (
               SELECT FROM request q WHERE q.id = r.request AND q.state = 'closed' AND q.closed_at < {since})""",
        Act.BLANK,
        "note = ''",
    ),
)
