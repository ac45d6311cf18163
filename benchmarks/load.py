"""A small HTTP/1.1 load generator on asyncio streams: keep-alive connections to a server on this machine, bounded."""

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """Requests per second, and milliseconds at the median and the 95th percentile."""

    per_second: float
    p50: float
    p95: float


async def measure(port: int, path: str, cookie: str, *, requests: int, connections: int) -> Figures:
    """`requests` GETs of `path` over `connections` connections to 127.0.0.1. Any status but 200 ends the benchmark."""
    times: list[float] = []
    left = iter(range(requests))
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in left:
            began = time.perf_counter()
            writer.write(head)
            answer = await reader.readuntil(b"\r\n\r\n")
            if not answer.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"{path}: {answer.splitlines()[0].decode()}")
            length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
            times.append((time.perf_counter() - began) * 1000)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    took = time.perf_counter() - began
    times.sort()
    return Figures(len(times) / took, times[len(times) // 2], times[int(len(times) * 0.95)])
