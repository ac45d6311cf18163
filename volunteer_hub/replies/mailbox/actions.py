"""An e-mail came in: kept once, and followed in the same transaction where that is safe; else a human reads it."""

from datetime import timedelta
from uuid import UUID

import structlog

from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.replies.mailbox import reading, rules
from volunteer_hub.replies.mailbox.reading import Letter, Method, Says
from volunteer_hub.replies.mailbox.rules import Address, Invited, Why
from volunteer_hub.schedule import actions as schedule
from volunteer_hub.schedule import centre, rsvp
from volunteer_hub.schedule.regular import actions as regular
from volunteer_hub.schedule.rules import Rule
from volunteer_hub.settings import Settings
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext, mark, speaking

log = structlog.get_logger("mailbox")

LONGEST_KEPT = 2000
# Of people we do not know so much waits for a human at a time; the rest stays with the mail server.
MOST_UNKNOWN = 200
NOBODY = "?"
ANSWER_WITHIN = timedelta(days=1)
SAID = {
    Says.ACCEPTED: mark("Odpowiedź z kalendarza: tak."),
    Says.DECLINED: mark("Odpowiedź z kalendarza: nie."),
    Says.TENTATIVE: mark("Odpowiedź z kalendarza: może."),
}

KEEP = """
    INSERT INTO inbound (id, provider_id, address, body, received_at, reading, about)
    VALUES (gen_random_uuid(), $1, $2, '', now(), '', '') ON CONFLICT (provider_id) DO NOTHING RETURNING id"""
BECAME = """
    UPDATE inbound SET body = $2, reading = $3, about = $4, handled_at = CASE WHEN $5 THEN now() END WHERE id = $1"""
KNOWN = "SELECT EXISTS (SELECT FROM volunteer WHERE email = $1 OR guardian_email = $1)"
UNKNOWN_WAIT = "SELECT count(*) FROM inbound WHERE provider_id LIKE 'mail:%' AND handled_at IS NULL"

ASSIGNMENT = """
    SELECT s.id, false AS regular, coalesce(mail_to(v), '') AS address, v.language, m.starts_wall AS starts,
           m.sequence + CASE WHEN s.occurrence IS NULL THEN 0 ELSE t.sequence END AS sequence,
           s.state = 'accepted' AS accepted, s.answered_at
    FROM assignment s JOIN volunteer v ON v.id = s.volunteer JOIN opening o ON o.id = s.opening
    JOIN meeting m ON m.id = o.meeting LEFT JOIN regular_task t ON t.id = s.regular
    WHERE m.state = 'planned' AND m.ends_at > now()"""
ALONE = f"{ASSIGNMENT} AND s.id = $1 AND s.state IN ('invited', 'accepted', 'silent', 'declined')"
ONE_DAY = f"""{ASSIGNMENT} AND s.regular = $1 AND s.state IN ('accepted', 'declined', 'withdrawn')
    AND s.occurrence AT TIME ZONE m.timezone = $2"""
WHOLE = """
    SELECT t.id, true AS regular, coalesce(mail_to(v), '') AS address, v.language,
           greatest(t.first_day, centre_today()) + r.starts AS starts, t.sequence, t.state = 'accepted' AS accepted,
           t.answered_at
    FROM regular_task t JOIN volunteer v ON v.id = t.volunteer JOIN series r ON r.id = t.series
    WHERE t.id = $1 AND t.state IN ('invited', 'accepted', 'silent')
      AND (t.last_day IS NULL OR t.last_day >= centre_today())"""


class Crowded(Exception):
    """Too much from unknown people waits for a human; the letter was not taken and can be brought again later."""


async def take(settings: Settings, content: bytes) -> bool:
    """Keeps the letter and does what it says; False when nobody needs it, or it had been brought before.

    Raises Crowded.
    """
    letter = reading.read(settings, content)
    if letter.machine:
        log.info("letter of a machine left alone")
        return False
    sender = letter.sender or NOBODY
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", sender)
        address = await _address(letter)
        if not address and not await database.fetchval(KNOWN, sender):
            await _must_have_room()
        inbound = await database.fetchval(KEEP, letter.once, sender)
        if inbound is None:
            return False
        await _follow(settings, inbound, letter, address)
    return True


async def _must_have_room() -> None:
    if await database.fetchval(UNKNOWN_WAIT) >= MOST_UNKNOWN:
        raise Crowded


async def _follow(settings: Settings, inbound: UUID, letter: Letter, address: Address | None) -> None:
    """What the letter turned out to be, written beside it."""
    invited = await _invited(letter, address)
    why = rules.why_human(letter, address, invited)
    reading, handled = "unclear", False
    if why in (None, Why.OLDER) and rules.overtaken(letter, address):
        reading, handled = "", True
    elif why is None and invited is not None:
        handled, why = await _answer(inbound, letter, invited)
        reading = "unclear" if why else "yes" if _accepts(letter) else "no"
    about = invited.about if invited and address else ""
    await database.execute(BECAME, inbound, _said(settings, letter, why), reading, about, handled)


async def _answer(inbound: UUID, letter: Letter, invited: Invited) -> tuple[bool, Why | None]:
    """Answers as the person; whether nothing is left for a human, and why if something is."""
    accept = _accepts(letter)
    try:
        if invited.regular:
            await regular.answer(SYSTEM, invited.id, accept=accept, channel="email")
        else:
            await schedule.answer(SYSTEM, invited.id, accept=accept, channel="email")
    except Refused as refused:
        if not refused.sentence:
            return False, Why.OVER
        # Not even an answer goes to a minor whose guardian does not consent: a coordinator has been told.
        if getattr(refused, "rule", None) is not Rule.CONSENT:
            await _tell(inbound, invited, refused)
    if letter.answer and letter.answer.stamp:
        await rsvp.answered(letter.answer.about, letter.answer.stamp)
    return True, None


async def _tell(inbound: UUID, invited: Invited, refused: Refused) -> None:
    """Their calendar says yes now: why it cannot be so has to reach them."""
    told = schedule.Waiting(refused.rule) if isinstance(refused, schedule.Waiting) else refused
    settings = centre.settings()
    with speaking(invited.language):
        why = gettext(told.sentence, **told.values)
    await outbox.put(
        key=f"inbound:{inbound}:answer",
        about=invited.about,
        channel=Channel.EMAIL,
        address=invited.address,
        language=invited.language,
        template="calendar_refused",
        values={
            "centre": settings.centre_name, "phone": settings.centre_phone, "starts": invited.starts, "why": why,
            "url": f"{settings.public_url}/me",
        },
        expires_at=clock.now() + ANSWER_WITHIN,
    )  # fmt: skip


async def _address(letter: Letter) -> Address | None:
    if not letter.secret:
        return None
    row = await database.fetchrow(
        "SELECT about, replied_at FROM reply_address WHERE token_hash = $1", secret.fingerprint(letter.secret)
    )
    return Address(**row) if row else None


async def _invited(letter: Letter, address: Address | None) -> Invited | None:
    """What the answer is to, as it stands now; None where nothing can be answered any more, or the secret is another's.

    A letter of words alone is about what its secret belongs to.
    """
    if address is None or (letter.answer and letter.answer.about != address.about):
        return None
    kind, _, id = address.about.partition(":")
    answer = letter.answer
    if kind == "regular":
        if answer and answer.part_of_series:
            row = await database.fetchrow(ONE_DAY, UUID(id), answer.occurrence) if answer.occurrence else None
        else:
            row = await database.fetchrow(WHOLE, UUID(id))
    else:
        row = await database.fetchrow(ALONE, UUID(id)) if not (answer and answer.part_of_series) else None
    return Invited(**row) if row else None


def _accepts(letter: Letter) -> bool:
    return bool(letter.answer and letter.answer.says is Says.ACCEPTED)


def _said(settings: Settings, letter: Letter, why: Why | None) -> str:
    """The letter as the desk reads it: what the machine found, and the person's own words."""
    answer, found = letter.answer, list[str]()
    with speaking(settings.locale):
        if why and why.value:
            found.append(gettext(why.value, when=_proposed(letter)))
        if answer and answer.says and answer.method is Method.REPLY and why is not Why.MAYBE:
            found.append(gettext(SAID[answer.says]))
    found += [answer.comment] if answer else []
    return "\n".join(filter(None, [*found, letter.subject, letter.text]))[:LONGEST_KEPT]


def _proposed(letter: Letter) -> str:
    """When a counter-proposal would have it, on the clock of the calendar it comes from."""
    answer = letter.answer
    if answer is None or answer.starts is None:
        return "–"
    return formats.when(answer.starts, answer.ends) if answer.ends else formats.day(answer.starts)
