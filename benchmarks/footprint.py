"""What a trial costs: seconds of the first and the second start, memory of web, worker and database, bytes of the first
page on a phone.

The first start counts from an empty data folder with everything installed: installing depends on the network. Memory is
the proportional share (PSS), so that pages shared between PostgreSQL's processes count once.
"""

import argparse
import gzip
import json
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2

ROOT = Path(__file__).resolve().parent.parent
PORT = 8951
PAGES = ("/", "/opportunities", "/volunteer", "/sign-in", "/map")


def start(data: Path) -> tuple[subprocess.Popen, float]:
    """`dev.py run` over the folder `data`: the process and the seconds until the first page came."""
    env = {"PATH": "/usr/bin:/bin", "HOME": str(data), "HUB_DATA_DIR": str(data), "HUB_MODE": "demo"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "dev.py"), "run", "--port", str(PORT)],
        env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )
    while time.perf_counter() - began < 300:
        if process.poll() is not None:
            raise SystemExit(process.stderr.read().decode()[-800:])
        try:
            if httpx2.get(f"http://127.0.0.1:{PORT}/", timeout=5).status_code == 200:
                return process, time.perf_counter() - began
        except httpx2.HTTPError:
            time.sleep(0.01)
    raise SystemExit("no page within 300 seconds")


def stop(process: subprocess.Popen) -> float:
    began = time.perf_counter()
    process.send_signal(signal.SIGINT)
    process.wait(20)
    return time.perf_counter() - began


def family(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += children.get(one, [])
    return found


def memory(pid: int) -> dict[str, float]:
    """Megabytes of PSS by program."""
    used: dict[str, float] = {}
    for one in family(pid):
        try:
            name = Path(f"/proc/{one}/comm").read_text().strip()
            share = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{one}/smaps_rollup").read_text(), re.M)
        except OSError:
            continue
        used[name] = used.get(name, 0) + int(share[1]) / 1024
    return {name: round(size, 1) for name, size in used.items()}


def first_page(path: str) -> int:
    """Compressed bytes of a page and of all that it names, as a phone without a cache gets them."""
    base = f"http://127.0.0.1:{PORT}"
    with httpx2.Client(base_url=base, headers={"accept-encoding": "gzip"}) as client:
        page = client.get(path)
        names = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page.text))
        total = len(gzip.compress(page.content, 6))
        for name in names:
            answer = client.get(name)
            coded = answer.headers.get("content-encoding") == "gzip"
            total += len(gzip.compress(answer.content, 6)) if coded else len(answer.content)
    return total


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="one second start instead of five")
    again = 1 if parser.parse_args().quick else 5
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        data.chmod(0o755)
        process, first = start(data)
        stops = [stop(process)]
        second = []
        for turn in range(again):
            process, seconds = start(data)
            second.append(seconds)
            if turn == again - 1:
                pages = {path: first_page(path) for path in PAGES}
                time.sleep(6)  # the worker has ticked, the pool is warm
                used = memory(process.pid)
            stops.append(stop(process))
    total = round(sum(used.values()), 1)
    figures = {
        "first_start_s": round(first, 2),
        "second_start_s": round(statistics.median(second), 2),
        "second_start_spread_s": round(max(second) - min(second), 2),
        "stop_s": round(max(stops), 2),
        "memory_mb": total,
        "memory_by_program_mb": used,
        "first_page_bytes": pages,
    }
    print(f"first start (empty data folder)   {figures['first_start_s']:>8} s")
    print(f"second start, median of {again}         {figures['second_start_s']:>8} s      wanted <= 1.5")
    print(f"stop, longest                     {figures['stop_s']:>8} s")
    print(f"memory, web + worker + database   {total:>8} MB     wanted <= 300   {used}")
    for path, size in pages.items():
        print(f"first visit of {path:<18} {size / 1000:>8.1f} kB     wanted <= 60")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
