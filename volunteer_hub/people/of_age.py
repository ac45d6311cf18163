"""The eighteenth birthday: the guardian's consent and link have ended, and the volunteer is told. Decision 0019."""

from datetime import date, datetime, time

from volunteer_hub.kit import clock, database
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import Settings

GROWN = """
    SELECT id, first_name, phone, email, language, guardian_phone, guardian_email, birth_date FROM volunteer v
    WHERE guardian_name <> '' AND birth_date <= $1::date - interval '18 years'
      AND birth_date > $1::date - interval '18 years 14 days' AND step <> 'left' AND restricted_at IS NULL
      AND NOT EXISTS (
          SELECT FROM message m WHERE m.key IN ('of-age:' || v.id || ':sms', 'of-age:' || v.id || ':email'))
    ORDER BY id LIMIT 100"""


async def plan(settings: Settings, today: date | None = None) -> int:
    """Tells those who have just turned eighteen that the guardian's consent and link have ended; how many.

    Who has no contact of their own is asked for one, for the last time through the guardian. Said once, at ten.
    """
    today = today or clock.today(settings.timezone)
    rows = await database.fetch(GROWN, today)
    at = clock.instant(datetime.combine(today, time(10)), settings.timezone)
    for row in rows:
        own = [(Channel.SMS, row["phone"]), (Channel.EMAIL, row["email"])]
        guardians = [(Channel.SMS, row["guardian_phone"]), (Channel.EMAIL, row["guardian_email"])]
        alone = any(address for _, address in own)
        async with database.transaction():
            await database.execute(
                "UPDATE guardian_link SET ends_at = now() WHERE volunteer = $1 AND ends_at > now()", row["id"]
            )
            for channel, address in own if alone else guardians:
                if address:
                    await outbox.put(
                        key=f"of-age:{row['id']}:{channel}",
                        about=f"volunteer:{row['id']}",
                        channel=channel,
                        address=address,
                        language=row["language"],
                        template="of_age" if alone else "of_age_no_contact",
                        values={"centre": settings.centre_name, "phone": settings.centre_phone,
                                "url": f"{settings.public_url}/sign-in"},
                        due_at=at,
                    )  # fmt: skip
    return len(rows)
