"""A mail server on loopback that keeps what it took in `letters` and misbehaves when told to."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult


@dataclass
class FakeMail:
    """`answers` are taken one per letter after its content came: a line such as "451 later", or DROP, or HANG."""

    url: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    answers: deque[str] = field(default_factory=deque)
    recipients: deque[str] = field(default_factory=deque)
    envelopes: list[str] = field(default_factory=list)
    connections: int = 0
    password: bytes = b"right"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.recipients:
            return self.recipients.popleft()
        self.envelopes.append(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        answer = self.answers.popleft() if self.answers else "250 OK"
        if answer.startswith(("4", "5")):
            return answer
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        if answer == DROP:
            server.transport.abort()
        elif answer == HANG:
            await asyncio.sleep(30)
        return "250 OK"


DROP, HANG = "drop", "hang"


@contextlib.asynccontextmanager
async def mail_server(fake: FakeMail) -> AsyncIterator[FakeMail]:
    """The fake on a free port, in this event loop; with its HUB_SMTP_URL in `url`."""

    def connected() -> SMTP:
        fake.connections += 1
        return SMTP(
            fake,
            hostname="fake.test",
            loop=asyncio.get_running_loop(),
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=lambda server, session, envelope, mechanism, given: AuthResult(
                success=given.password == fake.password, handled=False
            ),
        )

    server = await asyncio.get_running_loop().create_server(connected, "127.0.0.1", 0)
    try:
        fake.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield fake
    finally:
        server.close()
