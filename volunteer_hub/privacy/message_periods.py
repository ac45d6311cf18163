"""How long messages, accounts and traces of security are kept."""

from volunteer_hub.privacy.periods import Act, Period, Rule
from volunteer_hub.web.i18n import mark

# A number or address that a person who is here still has.
IN_USE = """EXISTS (SELECT FROM volunteer v WHERE r.address IN (v.phone, v.email, v.guardian_phone, v.guardian_email))
    OR EXISTS (SELECT FROM participant p WHERE p.phone = r.address)
    OR EXISTS (SELECT FROM account a WHERE r.address IN (a.phone, a.email))
    OR EXISTS (SELECT FROM request q WHERE q.state <> 'closed' AND r.address IN (q.phone, q.email))"""
# The event of an address: one evening, or a regular task that somebody may still have.
STILL_COMES = """EXISTS (
        SELECT FROM assignment a JOIN opening o ON o.id = a.opening JOIN meeting m ON m.id = o.meeting
        WHERE a.id = split_part(r.about, ':', 2)::uuid AND m.ends_at >= {since})
    OR EXISTS (
        SELECT FROM regular_task t JOIN series s ON s.id = t.series
        WHERE t.id = split_part(r.about, ':', 2)::uuid AND t.state IN ('invited', 'accepted', 'silent')
          AND coalesce(least(t.last_day, s.last_day), 'infinity') >= ({since})::date)"""
OF_CLOSED = "EXISTS (SELECT FROM account a WHERE a.id = r.account AND a.closed_at < {since})"

OF_MESSAGES: tuple[Rule, ...] = (
    Rule("inbound", mark("SMS-y od Ciebie"), Period(30, "days"), mark("od odebrania"), "inbound",
         "r.received_at < {since}"),
    Rule("account-letters", mark("Nasze wiadomości z kodami i linkami"), Period(30, "days"), mark("od wysłania"),
         "message", "r.about LIKE 'account:%' AND greatest(r.created_at, r.due_at, r.finished_at) < {since}"),
    Rule("messages", mark("Nasze wiadomości"), Period(12, "months"), mark("od wysłania"), "message",
         "r.about NOT LIKE 'account:%' AND r.about NOT LIKE 'webhook:%'"
         " AND greatest(r.created_at, r.due_at, r.finished_at) < {since}"),
    Rule("hooks", mark("Sygnały dla innych programów, że coś publicznego się zmieniło"), Period(30, "days"),
         mark("od wysłania"), "message",
         "r.about LIKE 'webhook:%' AND greatest(r.created_at, r.due_at, r.finished_at) < {since}"),
    Rule("calendar-addresses", mark("Adresy, na które odpowiada kalendarz"), Period(30, "days"), mark("od spotkania"),
         "reply_address", f"r.made_at < {{since}} AND NOT ({STILL_COMES})"),
    Rule("to-many", mark("Wiadomości do wielu osób i to, kto je dostał"), Period(12, "months"), mark("od wysłania"),
         "bulk", "r.state <> 'draft' AND r.sent_at < {since}"),
    Rule("to-many-drafts", mark("Niewysłane szkice wiadomości do wielu osób"), Period(7, "days"),
         mark("od ostatniej zmiany"), "bulk", "r.state = 'draft' AND r.changed_at < {since}"),
    Rule("proven-numbers", mark("Numery, które odpowiedziały, a nikt tutaj już ich nie ma"), Period(12, "months"),
         mark("od odpowiedzi"), "proven_number", f"r.at < {{since}} AND NOT ({IN_USE})"),
)  # fmt: skip

OF_SECURITY: tuple[Rule, ...] = (
    Rule("drafts", mark("Niedokończone formularze"), Period(30, "minutes"), mark("od ostatniego kroku"), "draft",
         "r.updated_at < {since}"),
    Rule("kept-forms", mark("Formularze pracowników wysłane po końcu sesji, zaszyfrowane"), Period(30, "minutes"),
         mark("od wysłania"), "kept_form", "r.kept_at < {since}"),
    Rule("codes", mark("Kody i linki do logowania"), Period(1, "days"), mark("od chwili, gdy przestały działać"),
         "sign_in_code", "r.created_at + make_interval(mins => r.minutes) < {since}"),
    Rule("sessions", mark("Zalogowane przeglądarki"), Period(30, "days"), mark("od zalogowania"), "session",
         "r.created_at < {since}"),
    Rule("devices", mark("Zapamiętane urządzenia pracowników"), Period(6, "months"), mark("od zapamiętania"), "device",
         "r.created_at < {since}"),
    Rule("allowances", mark("Liczniki prób, bez numerów i adresów"), Period(2, "days"), mark("od ostatniej próby"),
         "allowance", "r.at < {since}"),
    Rule("merged-accounts", mark("Puste konta po połączeniu wpisów jednej osoby"), Period(30, "days"),
         mark("od zamknięcia konta"), "account",
         "r.role = 'volunteer' AND r.closed_at < {since} AND NOT EXISTS"
         " (SELECT FROM volunteer v WHERE v.account = r.id)"),
    Rule("staff", mark("Imię, nazwisko i adres pracownika"), Period(2, "years"), mark("od zamknięcia konta"), "account",
         "r.role <> 'volunteer' AND r.closed_at < {since} AND (r.name <> '' OR r.email IS NOT NULL"
         " OR r.phone IS NOT NULL)", Act.BLANK,
         "name = '', email = NULL, phone = NULL, password_hash = '', totp_sealed = NULL"),
    Rule("staff-codes", mark("Kody zapasowe pracownika"), Period(2, "years"), mark("od zamknięcia konta"),
         "recovery_code", OF_CLOSED),
    Rule("staff-views", mark("Zapisane widoki pracownika"), Period(2, "years"), mark("od zamknięcia konta"),
         "saved_view", OF_CLOSED),
    Rule("break-glass", mark("Prośby o wgląd w poufne słowa, z powodem"), Period(2, "years"), mark("od prośby"),
         "break_glass", "r.asked_at < {since} AND coalesce(r.ends_at, r.asked_at) < now()"),
    Rule("rights", mark("Twoje wnioski o dane i nasze odpowiedzi"), Period(3, "years"), mark("od odpowiedzi"),
         "rights_request", "r.state <> 'open' AND r.done_at < {since}"),
)  # fmt: skip
