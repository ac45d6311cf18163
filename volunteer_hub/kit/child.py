"""Asks a process of its own: for work that would keep other requests waiting, or on bytes that nobody may trust."""

import asyncio
import sys
from collections.abc import Mapping
from typing import BinaryIO

from volunteer_hub.kit.paths import PACKAGE


async def asked(
    module: str,
    *words: str,
    given: bytes | BinaryIO,
    seconds: float,
    env: Mapping[str, str] | None = None,
    silent: bool = False,
) -> bytes | None:
    """What `module` writes about what it is `given`; None when it failed, or was ended after so many seconds.

    Of our environment nothing goes to it but `env`, and it ends with whoever asked. `silent`: what it complains of may
    quote what it was given, and stays out of our log.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *words),
        stdin=asyncio.subprocess.PIPE if isinstance(given, bytes) else given.fileno(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL if silent else None,
        cwd=PACKAGE.parent,
        env=dict(env or {}),
    )
    said = b""
    try:
        async with asyncio.timeout(seconds):
            said, _ = await process.communicate(given if isinstance(given, bytes) else None)
    except TimeoutError:
        pass
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return said if process.returncode == 0 else None
