"""A mailbox on loopback that speaks as much IMAP4rev1 (RFC 3501) as reading it needs, and misbehaves when told to."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

FETCH = re.compile(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)")
DATES = re.compile(r"UID FETCH ([\d,]+) \(INTERNALDATE\)")
STORE = re.compile(r"UID STORE (\d+) \+FLAGS\.SILENT \(\\Seen\)")


@dataclass
class FakeImap:
    """`letters` by UID, and which are `seen`. `fails`: how many next commands of that name are answered NO.

    `came`: when a letter did, else just now; `flags`: which may be set for good; `writable`: whether any may.
    `drops`: the connection ends at the next command of that name, before or after it was done.
    """

    url: str = ""
    letters: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    fails: dict[str, int] = field(default_factory=dict)
    drops: dict[str, str] = field(default_factory=dict)
    came: dict[int, datetime] = field(default_factory=dict)
    flags: str = r"(\Deleted \Seen \*)"
    writable: bool = True
    password: str = "right/word"
    connections: int = 0
    folders: list[str] = field(default_factory=list)

    def put(self, letter: bytes) -> int:
        number = max(self.letters, default=0) + 1
        self.letters[number] = letter
        return number

    def answer(self, command: str) -> tuple[bytes, str]:
        """What is sent before the last line, and that line's words."""
        name = " ".join(command.split()[: 2 if command.startswith("UID") else 1])
        if self.fails.get(name, 0) > 0:
            self.fails[name] -= 1
            return b"", "NO not now"
        if name == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n", "OK done"
        if name == "LOGIN":
            return b"", "OK hello" if command == f'LOGIN hub "{self.password}"' else "NO wrong"
        if name == "SELECT":
            self.folders.append(command.removeprefix("SELECT "))
            flags = f"* OK [PERMANENTFLAGS {self.flags}] x\r\n" if self.flags else ""
            said = f"* {len(self.letters)} EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n{flags}"
            return said.encode(), "OK [READ-WRITE] done" if self.writable else "OK [READ-ONLY] done"
        if command == "UID SEARCH UNSEEN":
            unseen = " ".join(str(n) for n in sorted(self.letters) if n not in self.seen)
            return f"* SEARCH {unseen}".rstrip().encode() + b"\r\n", "OK done"
        if found := FETCH.fullmatch(command):
            number, most = int(found[1]), int(found[2])
            part = self.letters[number][:most]
            head = f"* {number} FETCH (UID {number} BODY[]<0> {{{len(part)}}}\r\n".encode()
            return head + part + b")\r\n", "OK done"
        if found := DATES.fullmatch(command):
            days = [(n, self.came.get(int(n), datetime.now(UTC))) for n in found[1].split(",")]
            said = [f'* {n} FETCH (UID {n} INTERNALDATE "{at:%d-%b-%Y %H:%M:%S %z}")\r\n' for n, at in days]
            return "".join(said).encode(), "OK done"
        if found := STORE.fullmatch(command):
            self.seen.add(int(found[1]))
            return b"", "OK done"
        return (b"* BYE\r\n", "OK bye") if name == "LOGOUT" else (b"", f"BAD {name}")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.write(b"* OK ready\r\n")
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                tag, _, command = line.decode().strip().partition(" ")
                name = " ".join(command.split()[: 2 if command.startswith("UID") else 1])
                when = self.drops.pop(name, "")
                if when == "before":
                    break
                before, said = self.answer(command)
                if when == "after":
                    break
                writer.write(before + f"{tag} {said}\r\n".encode())
                await writer.drain()
                if name == "LOGOUT":
                    break
        writer.close()


@contextlib.asynccontextmanager
async def imap_server(fake: FakeImap) -> AsyncIterator[FakeImap]:
    """The fake on a free port, in this event loop; with its HUB_IMAP_URL in `url`."""
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    try:
        fake.url = f"imap://hub:right%2Fword@127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield fake
    finally:
        server.close()
