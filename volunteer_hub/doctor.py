"""What is in order and what must be mended, one line each: for the administrator's terminal."""

import shutil
from urllib.parse import urlsplit

from volunteer_hub.access import canary, chain
from volunteer_hub.access import queries as accounts
from volunteer_hub.kit import app_role, clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.messaging import flow
from volunteer_hub.messaging import queries as messages
from volunteer_hub.messaging.channels import probe
from volunteer_hub.messaging.rules import FLOOD, Channel
from volunteer_hub.privacy import erasure_list
from volunteer_hub.replies.mailbox import imap as mailbox_imap
from volunteer_hub.replies.mailbox import lmtp as mailbox_lmtp
from volunteer_hub.settings import Settings

OK, MEND = "ok    ", "MEND  "
# A worker ends a round every few seconds.
LONGEST_BEAT = 60
# Codes and sessions are judged by the database's clock, days and pages by this machine's.
MOST_SECONDS_APART = 5
LEAST_DISK = 1_000_000_000
FEWEST_LETTERS = 10

FIRST_ADMINISTRATOR = "volunteer-hub account create --email you@example.org --role administrator --name 'Your Name'"


async def examine(settings: Settings, *, probe_channels: bool = False) -> list[str]:
    """One line per finding; what must be mended begins with MEND. `probe_channels` connects, sending nothing."""
    found = [f"{OK}mode {settings.mode}, {settings.public_url}", *_settings(settings)]
    try:
        found += await _database(settings)
    except Exception as error:  # the finding names the kind of failure; details are in PostgreSQL's own log
        kind = type(error).__name__
        found.append(f"{MEND}the database cannot be used ({kind}): migrate it, or check HUB_DATABASE_URL")
    return found + _disk(settings) + await _channels(settings, probe_channels) + await _answers(settings)


def _settings(settings: Settings) -> list[str]:
    if settings.demo:
        return []
    found = []
    if not settings.secure:
        found.append(f"{MEND}HUB_PUBLIC_URL is not https: cookies would travel unprotected")
    keys = {"HUB_SECRET_KEY": settings.secret_key, "HUB_FIELD_KEY": settings.field_key}
    for name, key in keys.items():
        if key and len(set(key.get_secret_value())) < FEWEST_LETTERS:
            found.append(f"{MEND}{name} looks typed, not random: openssl rand -hex 32 makes one")
    if settings.secret_key == settings.field_key:
        found.append(f"{MEND}HUB_SECRET_KEY and HUB_FIELD_KEY are the same: who learns one has both")
    return found


async def _database(settings: Settings) -> list[str]:
    version = await database.fetchval("SHOW server_version")
    found = [f"{OK}PostgreSQL {version.split()[0]}"]
    apart = abs((await database.fetchval("SELECT clock_timestamp()") - clock.now()).total_seconds())
    if apart > MOST_SECONDS_APART:
        found.append(f"{MEND}this machine's clock and the database's are {apart:.0f} s apart: set both by NTP")
    if not await database.is_newest():
        return [*found, f"{MEND}schema is behind: run volunteer-hub migrate"]
    found.append(f"{OK}schema is the newest")
    found += [*await _role(), *await _key(settings), *await _log(settings)]
    found += [*await _erased(settings), *await _copied(settings), *await _staff(settings), *await _worker(settings)]
    found += await _dawn(settings)
    paused = await messages.pauses()
    return found + [_paused(channel, reason) for channel, reason in paused.items()]


async def _dawn(settings: Settings) -> list[str]:
    dawn = await flow.flood_at_dawn(Channel.SMS, flow.limits(settings, Channel.SMS))
    if dawn is None:
        return []
    when = clock.wall(dawn.at, settings.timezone)
    told = f"{dawn.many} sms wait for {when:%Y-%m-%d %H:%M}, and more than {dawn.most} at once are held as a flood"
    return [f"{MEND}{told}: if all of them are meant, raise HUB_FLOOD, or let them go then: volunteer-hub let-go sms"]


def _paused(channel: Channel, reason: str) -> str:
    if reason == FLOOD:
        return f"{MEND}so many {channel} are due at once that all wait: look why, then volunteer-hub let-go {channel}"
    return f"{MEND}the provider of {channel} refuses us: {reason}"


async def _role() -> list[str]:
    async with database.connection() as connection:
        missing = await app_role.missing(connection)
    if missing:
        return [f"{MEND}web and worker have the rights of the owner, so only triggers guard the log: {missing}"]
    return [f"{OK}web and worker act as {app_role.NAME}, which cannot change the log"]


async def _key(settings: Settings) -> list[str]:
    sings = await canary.sings(settings)
    if sings is None:
        untied = f"{MEND}the field key is not yet tied to this database: run volunteer-hub migrate"
        return [] if settings.demo else [untied]
    if sings:
        return [f"{OK}the field key opens what it sealed"]
    return [f"{MEND}HUB_FIELD_KEY is another key than the one this database was sealed with: put that one back"]


async def _log(settings: Settings) -> list[str]:
    verdict = await chain.verify(settings)
    if not verdict.faults:
        return [f"{OK}the log is whole: {verdict.seq} entries, {verdict.hash.hex()[:16] or '-'}"]
    told = ", ".join(f"{fault.what} at {fault.seq}" for fault in verdict.faults[:5])
    return [f"{MEND}the log was changed past its guards ({told}): compare a backup, tell the protection officer"]


async def _erased(settings: Settings) -> list[str]:
    file = erasure_list.path(settings)
    try:
        lacking, known = await erasure_list.lacking(settings)
    except (OSError, UnicodeDecodeError) as error:
        why = type(error).__name__
        return [f"{MEND}the list of the erased, {file}, cannot be read and written ({why}): nobody can be erased"]
    if lacking:
        told = f"{lacking} of the {known} the database knows are not in it"
        return [f"{MEND}the list of the erased, {file}, was lost or is another file ({told}): put its newest copy back"]
    return [f"{OK}the list of the erased can be read and written, and lacks nobody of {known}"]


async def _copied(settings: Settings) -> list[str]:
    if settings.demo or not settings.backup_days:
        return []
    made = (await accounts.copies()).made_at
    if made is None:
        return [f"{MEND}no backup was ever made: volunteer-hub backup FILE (made otherwise: set HUB_BACKUP_DAYS to 0)"]
    days = (clock.now() - made).days
    if days >= settings.backup_days:
        return [f"{MEND}the last backup was made {days} days ago: volunteer-hub backup FILE, each night by itself"]
    return [f"{OK}a backup was made on {made:%Y-%m-%d %H:%M} UTC"]


async def _staff(settings: Settings) -> list[str]:
    if settings.demo:
        return []
    there = await accounts.roles_there()
    found = []
    if Role.ADMINISTRATOR not in there:
        found.append(f"{MEND}there is no administrator: {FIRST_ADMINISTRATOR}")
    if Role.PROTECTION_OFFICER not in there:
        found.append(f"{MEND}there is no protection officer: the administrator invites one at /desk/settings")
    return found


async def _worker(settings: Settings) -> list[str]:
    age = await messages.worker_age()
    if age is None:
        return [] if settings.demo else [f"{MEND}no worker has ever run: start volunteer-hub worker, or serve with one"]
    if age > LONGEST_BEAT:
        return [f"{MEND}the last worker stopped {age:.0f} s ago: no message leaves; start volunteer-hub worker"]
    return [f"{OK}a worker was at work {age:.0f} s ago"]


def _disk(settings: Settings) -> list[str]:
    """Of this machine: the own database's, or what the system itself needs."""
    folder = settings.data_dir.absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < LEAST_DISK:
        return [f"{MEND}only {free // 1_000_000} MB of disk are free at {folder}"]
    return [f"{OK}{free // 1_000_000_000} GB of disk are free"]


async def _channels(settings: Settings, probing: bool) -> list[str]:
    if not settings.sends_sms:
        found = [_unset(settings, "SMS", "HUB_TWILIO_ACCOUNT_SID or HUB_SMS_GATEWAY_URL")]
    else:
        names = "HUB_SMS_GATEWAY_…" if settings.sms_gateway_url else "HUB_TWILIO_…"
        found = [_taken(f"SMS by {settings.sms_provider}", names, await probe.sms(settings) if probing else "")]
    if settings.sms_gateway_from and not settings.sms_number:
        found.append(f"{MEND}HUB_SMS_GATEWAY_FROM is a name, so nobody can answer: take a number")
    if not settings.smtp_url:
        return [*found, _unset(settings, "e-mail", "HUB_SMTP_URL")]
    host = urlsplit(settings.smtp_url.get_secret_value()).hostname or ""
    return [*found, _taken(f"e-mail by {host}", "HUB_SMTP_URL", await probe.mail(settings) if probing else "")]


async def _answers(settings: Settings) -> list[str]:
    """The ways in for answers from calendars; of a pipe nobody can tell."""
    found = []
    if settings.imap_url:
        why = await mailbox_imap.trouble(settings)
        found.append(f"{MEND}{why}" if why else f"{OK}the mailbox of answers is read")
    if settings.lmtp:
        heard = await mailbox_lmtp.answers(settings)
        what = "takes letters" if heard else "takes no letters: start volunteer-hub mail-listen"
        found.append(f"{OK if heard else MEND}HUB_LMTP {what}")
    return found


def _taken(what: str, setting: str, why_not: str) -> str:
    return f"{MEND}{what} does not take us ({why_not}): check {setting}" if why_not else f"{OK}{what}"


def _unset(settings: Settings, what: str, name: str) -> str:
    if settings.demo:
        return f"{OK}{what} stays on the phones page"
    return f"{MEND}no {what}: messages wait for a call by a coordinator until {name} is set"
