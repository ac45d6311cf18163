"""500 volunteers press "Zgłaszam się" for the last place in the same moment, over HTTP, against the real server.

One server process with a pool of connections, as `volunteer-hub web` runs it, and a database of its own. Each press is
a POST over a connection of its own, with its own session and form mark; all are sent together. Exactly one may have the
place; the others are on the waiting list (303 as well, for asking was right) or told no (409); a 503 must say when to
come back. The figures are the times of all answers, of that one moment and not of a server at ease.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx2

from volunteer_hub.access.tables import Account, Session
from volunteer_hub.atlas.tables import Area, Place, Theme
from volunteer_hub.initiatives.tables import Initiative, RoleAsked
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.embedded import Embedded
from volunteer_hub.people.tables import Policy, Volunteer
from volunteer_hub.schedule.tables import Meeting, Opening
from volunteer_hub.settings import load

HERE = Path(__file__).parent
PORT = 8943
ADDRESS = f"http://127.0.0.1:{PORT}"
ZONE = "Europe/Warsaw"


async def one_place() -> UUID:
    """An opening of the public list with one place, which whoever asks has at once."""
    theme = Theme(slug="dzieci", name_pl="Dzieci", name_en="Children", name_uk="Діти")
    area = Area(slug="srodmiescie", name="Śródmieście", schematic=True, latitude=52.65, longitude=19.07)
    policy = Policy(insurer="X", number="1", valid_from=date(2020, 1, 1), valid_until=date(2040, 1, 1))
    for row in (theme, area, policy):
        await row.save()
    place = Place(name="Świetlica", address="ul. Miła 1", area=area.id, latitude=52.65, longitude=19.07)
    await place.save()
    of = Initiative(name="Czytanie", kind="long_term", theme=theme.id, starts_on=date(2026, 1, 1), takes="at_once")
    await of.save()
    role = RoleAsked(initiative=of.id, name="Czyta", least=1, most=1)
    await role.save()
    starts = datetime.combine(clock.today(ZONE) + timedelta(days=3), datetime.min.time()) + timedelta(hours=16)
    walls = {"starts_wall": starts, "ends_wall": starts + timedelta(hours=2), "timezone": ZONE, "place": place.id}
    instants = {"starts_at": clock.instant(starts, ZONE), "ends_at": clock.instant(walls["ends_wall"], ZONE)}
    meeting = Meeting(initiative=of.id, **walls, **instants)
    await meeting.save()
    opening = Opening(meeting=meeting.id, role=role.id, least=1, most=1)
    await opening.save()
    found: UUID = opening.id
    return found


async def crowd(key: str, size: int) -> list[tuple[str, str]]:
    """Volunteers who are signed in: the cookies of each, and the mark of a form of theirs."""
    found = []
    for n in range(size):
        account = Account(name=f"V{n}", email=f"v{n}@example.org", role=Role.VOLUNTEER)
        await account.save()
        who = {"first_name": "Ewa", "last_name": f"Nowak{n}", "phone": f"+48600{n:06d}", "email": f"v{n}@example.org"}
        await Volunteer(birth_date=date(1990, 1, 1), kind="adult", step="active", account=account.id, **who).save()
        token, visit = secret.token(), secret.token()
        await Session(token_hash=secret.fingerprint(token), account=account.id).save()
        found.append((f"session={token}; visit={visit}", secret.sign(key, "csrf", visit, token)))
    return found


async def press_all(opening: UUID, ready: list[tuple[str, str]]) -> list[tuple[int, bool, float]]:
    """Status, whether it says when to come back, and milliseconds of each press."""
    limits = httpx2.Limits(max_connections=len(ready))
    async with httpx2.AsyncClient(base_url=ADDRESS, limits=limits, timeout=300) as client:

        async def press(cookies: str, mark: str) -> tuple[int, bool, float]:
            began = time.perf_counter()
            path = f"/opportunities/{opening}/ask"
            answer = await client.post(path, data={"csrf": mark}, headers={"cookie": cookies})
            return answer.status_code, "retry-after" in answer.headers, (time.perf_counter() - began) * 1000

        return await asyncio.gather(*(press(*one) for one in ready))


async def outcome() -> dict[str, int]:
    row = await database.fetchrow(
        """SELECT (SELECT sum(taken)::int FROM opening) AS taken,
                  count(*) FILTER (WHERE state = 'accepted') AS accepted,
                  count(*) FILTER (WHERE waiting_since IS NOT NULL) AS waiting FROM assignment"""
    )
    return dict(row) if row else {}


def serve(dsn: str) -> subprocess.Popen[bytes]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    env |= {"HUB_MODE": "demo", "HUB_DATABASE_URL": dsn, "HUB_PUBLIC_URL": ADDRESS, "PYTHONPATH": str(HERE.parent)}
    server = [sys.executable, "-m", "uvicorn", "--factory", "volunteer_hub.app:create", "--port", str(PORT)]
    process = subprocess.Popen([*server, "--log-level", "warning"], env=env, cwd=HERE.parent, stdout=subprocess.DEVNULL)
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit("the server did not start")
        try:
            httpx2.get(f"{ADDRESS}/livez", timeout=1)
            return process
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise SystemExit("the server did not answer")


async def whole(dsn: str, size: int) -> tuple[list[tuple[int, bool, float]], dict[str, int]]:
    database.configure(dsn)
    await database.migrate()
    async with database.pool():
        opening = await one_place()
        ready = await crowd(load({"HUB_MODE": "demo"}).key, size)
        server = serve(dsn)
        try:
            answers = await press_all(opening, ready)
        finally:
            server.terminate()
            server.wait(15)
        return answers, await outcome()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="60 presses: shows that it runs")
    size = 60 if parser.parse_args().quick else 500
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with Embedded(Path(folder) / "postgres") as postgres:
            answers, found = asyncio.run(whole(postgres.dsn, size))
    statuses = Counter(status for status, _, _ in answers)
    took = sorted(each for _, _, each in answers)
    figures = {
        "presses": size,
        "statuses": {str(status): count for status, count in sorted(statuses.items())},
        **found,
        "p50_ms": round(took[size // 2]),
        "p99_ms": round(took[size * 99 // 100]),
    }
    for name, value in figures.items():
        print(f"{name:>10}  {value}")
    if found["taken"] != 1 or found["accepted"] != 1 or not set(statuses) <= {303, 409, 503}:
        raise SystemExit("not exactly one had the place, or somebody met an error")
    if any(status == 503 and not again for status, again, _ in answers):
        raise SystemExit("a 503 did not say when to come back")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
