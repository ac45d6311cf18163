"""Of messages, of forms half filled in, and of accounts and the ways into them."""

from datetime import datetime, timedelta

from privacy.planted.common import Planter, sql
from support import people

from volunteer_hub.kit.actor import Role
from volunteer_hub.replies.bulk.tables import Bulk


async def inbound(at: datetime) -> None:
    await sql("INSERT INTO inbound (id, provider_id, address, body, received_at, reading, about)"
              " VALUES (gen_random_uuid(), 'SM1', '+48500100200', 'tak', $1, '', '')", at)  # fmt: skip


async def message(at: datetime, about: str) -> None:
    await sql(
        "INSERT INTO message (id, key, about, channel, address, language, template, subject, body, html,"
        " calendar_method, reply_code, state, due_at, attempt, deferred, checks, error, trace, created_at, finished_at)"
        " VALUES (gen_random_uuid(), 'k', $1, 'sms', '+48500100200', 'pl', 'unclear', '', 'b', '', '', '', 'delivered',"
        " $2, 0, 0, 0, '', '', $2, $2)",
        about, at,
    )  # fmt: skip


async def messages(at: datetime) -> None:
    await message(at, "volunteer:x")


async def account_letters(at: datetime) -> None:
    await message(at, "account:x")


async def hooks(at: datetime) -> None:
    await message(at, "webhook:x")


async def proven_numbers(at: datetime) -> None:
    await sql("INSERT INTO proven_number (address, at, how) VALUES ('+48500100200', $1, 'sms')", at)


async def to_many(at: datetime) -> None:
    await people.save(Bulk(whom="volunteers", state="sent", sent_at=at))


async def to_many_drafts(at: datetime) -> None:
    await people.save(Bulk(whom="volunteers", changed_at=at))


async def drafts(at: datetime) -> None:
    await sql("INSERT INTO draft (id, token_hash, form, data, updated_at)"
              " VALUES (gen_random_uuid(), 'x', 'f', '{}', $1)", at)  # fmt: skip


async def kept_forms(at: datetime) -> None:
    await of_account(None, "INSERT INTO kept_form (id, account, path, sealed, kept_at)"
                     f" VALUES (gen_random_uuid(), $1, '/desk', 'x', '{at}')")  # fmt: skip


async def codes(at: datetime) -> None:
    await sql("INSERT INTO sign_in_code (id, address_hash, browser_hash, secret_hash, purpose, address, tries, minutes,"
              " created_at) VALUES (gen_random_uuid(), 'a', 'b', 'c', 'sign-in', '', 0, 10, $1)",
              at - timedelta(minutes=10))  # fmt: skip


async def of_account(at: datetime | None, statement: str, role: Role = Role.COORDINATOR) -> None:
    row = await people.account(role, closed_at=at)
    if statement:
        await sql(statement, row.id)


async def sessions(at: datetime) -> None:
    await of_account(None, "INSERT INTO session (id, token_hash, account, label, created_at, seen_at, stage) VALUES"
                     f" (gen_random_uuid(), 'x', $1, '', '{at}', '{at}', 'whole')")  # fmt: skip


async def devices(at: datetime) -> None:
    await of_account(None, "INSERT INTO device (id, token_hash, account, label, created_at, seen_at) VALUES"
                     f" (gen_random_uuid(), 'x', $1, '', '{at}', now())")  # fmt: skip


async def allowances(at: datetime) -> None:
    await sql("INSERT INTO allowance (id, key_hash, unspent, at) VALUES (gen_random_uuid(), 'x', 1, $1)", at)


async def merged_accounts(at: datetime) -> None:
    await of_account(at, "", Role.VOLUNTEER)


async def staff(at: datetime) -> None:
    await of_account(at, "")


async def staff_codes(at: datetime) -> None:
    await of_account(at, "INSERT INTO recovery_code (id, account, code_hash) VALUES (gen_random_uuid(), $1, 'x')")


async def staff_views(at: datetime) -> None:
    await of_account(at, "INSERT INTO saved_view (id, account, name, query, shared, created_at)"
                     " VALUES (gen_random_uuid(), $1, 'w', 'q', false, now())")  # fmt: skip


async def break_glass(at: datetime) -> None:
    await of_account(None, "INSERT INTO break_glass (id, account, about, reason, asked_at)"
                     f" VALUES (gen_random_uuid(), $1, 'participant:x', 'powód', '{at}')")  # fmt: skip


PLANTED: dict[str, Planter] = {
    "inbound": inbound,
    "messages": messages,
    "account-letters": account_letters,
    "hooks": hooks,
    "proven-numbers": proven_numbers,
    "to-many": to_many,
    "to-many-drafts": to_many_drafts,
    "drafts": drafts,
    "kept-forms": kept_forms,
    "codes": codes,
    "sessions": sessions,
    "devices": devices,
    "allowances": allowances,
    "merged-accounts": merged_accounts,
    "staff": staff,
    "staff-codes": staff_codes,
    "staff-views": staff_views,
    "break-glass": break_glass,
}
