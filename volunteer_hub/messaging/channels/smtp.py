"""E-mail by SMTP: text, HTML and the calendar invitation in one letter that mail programs show with buttons."""

import contextlib
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib

from volunteer_hub.messaging.channels.base import (
    Accepted,
    Ambiguous,
    NotAccepted,
    Outgoing,
    Rejected,
    SafeRetry,
    Unusable,
)
from volunteer_hub.settings import LOOPBACK, BadSettings, Settings

CONNECT_SECONDS, COMMAND_SECONDS = 5.0, 15.0


class Smtp:
    """The mail server of HUB_SMTP_URL. Raises BadSettings when that, or HUB_MAIL_FROM, cannot be used."""

    def __init__(self, settings: Settings) -> None:
        assert settings.smtp_url is not None  # noqa: S101 - for_settings asks first
        self._server = server_of(settings.smtp_url.get_secret_value())
        try:
            self._sender = Address(settings.centre_name, addr_spec=settings.mail_from)
        except ValueError:
            raise BadSettings("HUB_MAIL_FROM is not an e-mail address.") from None
        # Said in EHLO instead of this machine's name, which is nobody's business and may take a slow look-up.
        self._greeting = self._sender.domain if self._sender.domain.isascii() else "localhost"

    async def send(self, message: Outgoing) -> Accepted:
        try:
            letter = compose(message, self._sender)
        except ValueError:  # an address or a subject no letter can carry
            raise Rejected("letter") from None
        client = aiosmtplib.SMTP(timeout=COMMAND_SECONDS, local_hostname=self._greeting, **self._server)
        try:
            await client.connect(timeout=CONNECT_SECONDS)
        except aiosmtplib.SMTPAuthenticationError as error:
            client.close()
            raise Unusable(str(error.code)) from None
        except (aiosmtplib.SMTPException, OSError) as error:  # nothing of the letter has been said yet
            client.close()
            raise SafeRetry(type(error).__name__) from None
        try:
            await client.send_message(letter)
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):  # it has the letter; good-bye is mere manners
                await client.quit(timeout=1)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _answered(error.recipients[0].code) from None
        except aiosmtplib.SMTPSenderRefused as error:
            raise (Unusable if error.code >= 500 else SafeRetry)(str(error.code)) from None
        except aiosmtplib.SMTPNotSupported:
            raise Rejected("smtputf8") from None
        except aiosmtplib.SMTPResponseException as error:
            raise _answered(error.code) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Ambiguous(type(error).__name__) from None
        finally:
            client.close()
        return Accepted(None)

    async def find(self, message: Outgoing) -> Sequence[str]:
        """A mail server cannot be asked what it took, so a lost answer means sending again.

        The second copy carries the same Message-ID, which mailboxes use to show it once, and the same UID and SEQUENCE
        in its calendar part, which changes nothing in a calendar that has them.
        """
        return ()

    async def aclose(self) -> None:
        """Each letter has its own connection."""


def _answered(code: int) -> NotAccepted:
    """What a mail server's definite answer means: 4yz "not now", 5yz "never"."""
    return SafeRetry(str(code)) if code < 500 else Rejected(str(code))


def compose(message: Outgoing, sender: Address) -> EmailMessage:
    """The letter. Its Message-ID and Date depend on the message alone, so every copy of it is the same."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    name, _, domain = message.address.rpartition("@")
    letter["To"] = Address(username=name, domain=domain.encode("idna").decode())
    letter["Subject"] = message.subject
    letter["Date"] = message.created_at
    letter["Message-ID"] = f"<{message.id}@{sender.domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["Content-Language"] = message.language
    letter.set_content(message.body)
    if message.html:
        letter.add_alternative(message.html, subtype="html")
    if message.calendar:
        part: dict[str, Any] = {"maintype": "text", "subtype": "calendar"}
        part["params"] = {"charset": "utf-8", "method": message.calendar_method}
        # The part makes mail programs show their answer buttons; the file is for those that know only attachments.
        letter.add_alternative(message.calendar, **part)
        letter.add_attachment(message.calendar, filename="spotkanie.ics", **part)
    return letter


def server_of(url: str) -> dict[str, Any]:
    """smtp://user:password@host:587 (TLS by STARTTLS) or smtps://… as aiosmtplib's arguments. Raises BadSettings.

    A password never travels in the clear, except to this very machine.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
        parts = urlsplit("")
    if parts.scheme not in ("smtp", "smtps") or not host:
        raise BadSettings("HUB_SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host.")
    secure = parts.scheme == "smtps"
    user = unquote(parts.username) if parts.username else None
    start_tls = None if not user else True
    if secure or host in LOOPBACK:
        start_tls = False
    return {
        "hostname": host,
        "port": port or (465 if secure else 587 if user else 25),
        "username": user,
        "password": unquote(parts.password or "") if user else None,
        "use_tls": secure,
        "start_tls": start_tls,
    }
