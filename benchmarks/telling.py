"""Does the time of an answer tell who is registered? Sign-up, sign-in, passwords and a guardian's lost link, known and
unknown in turns.

Wanted: the medians differ by less than 5 ms. Messages are put in the outbox, never sent by the page, and what is done
for a new number is done for a known one too, and taken back.
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from volunteer_hub.access import actions as access
from volunteer_hub.access import codes, passwords, staff
from volunteer_hub.atlas import actions as atlas
from volunteer_hub.intake import actions as intake
from volunteer_hub.intake import drafts
from volunteer_hub.intake.forms import AboutMe, Consents, MyTime
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.embedded import Embedded
from volunteer_hub.messaging import proven
from volunteer_hub.people import actions as people
from volunteer_hub.people import guardian_links
from volunteer_hub.people.rules import Kind
from volunteer_hub.settings import Settings, load
from volunteer_hub.web import forms

KNOWN, EMPLOYEE, GUARDIAN = "+48600000001", "ewa@centrum.example", "mama@poczta.example"
WHO = {"first_name": "Ewa", "last_name": "Nowa", "birth_date": "4 05 1990", "kind": "adult", "language": "pl"}
ABOUT = {name: [value] for name, value in WHO.items()}
TIME = {"free": ["1-morning"], "area": ["area"], "max_km": ["5"], "max_hours_week": ["4"], "languages": ["pl"]}


async def one_sign_up(phone: str, number: int) -> float:
    typed = ABOUT | {"phone": [phone], "email": [f"new{number}@example.org"]}
    about, mine = forms.read(AboutMe, typed).value, forms.read(MyTime, TIME).value
    consents = forms.read(Consents, {"information": ["yes"], "sms": ["yes"]}).value
    await database.execute("DELETE FROM message")
    await database.execute("DELETE FROM allowance")
    await database.execute("DELETE FROM proven_number")
    await drafts.save("browser", intake.SIGN_UP, "about", {}, [], first=True)
    began = time.perf_counter()
    await intake.sign_up(load({"HUB_MODE": "demo"}), "browser", about, mine, consents, clock.today("Europe/Warsaw"))
    return (time.perf_counter() - began) * 1000


async def one_sign_in(who: str) -> float:
    await database.execute("DELETE FROM sign_in_code")
    await database.execute("DELETE FROM allowance")
    await proven.note(KNOWN, "answer")
    began = time.perf_counter()
    await codes.ask(load({"HUB_MODE": "demo"}), "browser", who)
    return (time.perf_counter() - began) * 1000


async def one_password(settings: Settings, email: str) -> float:
    await database.execute("DELETE FROM allowance")
    began = time.perf_counter()
    await staff.by_password(settings, email, "not the password", "place")
    return (time.perf_counter() - began) * 1000


async def one_lost_link(settings: Settings, contact: str) -> float:
    for table in ("message", "allowance", "proven_number", "guardian_link"):
        await database.execute(f"DELETE FROM {table}")
    began = time.perf_counter()
    await guardian_links.ask(settings, contact, "place")
    return (time.perf_counter() - began) * 1000


async def add_minor(first_name: str) -> None:
    """A child whose guardian has both a phone and an e-mail."""
    await people.add_volunteer(
        SYSTEM,
        first_name=first_name,
        last_name=WHO["last_name"],
        phone="",
        birth_date=clock.today("Europe/Warsaw") - timedelta(days=16 * 365),
        kind=Kind.PUPIL,
        area_slug="area",
        guardian_name="Anna Nowa",
        guardian_phone="+48600000009",
        guardian_email=GUARDIAN,
    )


async def measure(times: int) -> dict[str, dict[str, float]]:
    settings = load({"HUB_MODE": "demo"})
    await database.migrate()
    async with database.pool():
        corners = [(52.6, 19.0), (52.6, 19.1), (52.7, 19.1)]
        await atlas.add_area(SYSTEM, slug="area", name="Area", polygon=corners)
        await people.add_volunteer(
            SYSTEM,
            first_name="Ewa",
            last_name=WHO["last_name"],
            phone=KNOWN,
            birth_date=date(1990, 5, 4),
            kind=Kind.ADULT,
            area_slug="area",
        )
        await add_minor("Jan")
        await access.create_account(SYSTEM, name="Ewa", role=Role.COORDINATOR, email=EMPLOYEE)
        stored = await passwords.hashed("cztery zielone rowery")
        await database.execute("UPDATE account SET password_hash = $1 WHERE email = $2", stored, EMPLOYEE)
        ways = ("sign-up", "sign-in", "password", "lost link")
        taken: dict[str, dict[str, list[float]]] = {name: {"known": [], "new": []} for name in ways}
        for n in range(2 * times + 20):
            side, phone = ("known", KNOWN) if n % 2 else ("new", f"+48601{n:06d}")
            stranger = KNOWN if n % 2 else f"+48602{n:06d}"
            spent = {
                "sign-up": await one_sign_up(phone, n),
                "sign-in": await one_sign_in(stranger),
                "password": await one_password(settings, EMPLOYEE if n % 2 else f"nobody{n}@example.org"),
                "lost link": await one_lost_link(settings, GUARDIAN if n % 2 else f"nobody{n}@example.org"),
            }
            for name, ms in spent.items():
                if n >= 20:  # the first warm the connection up
                    taken[name][side].append(ms)
    result = {}
    for name, sides in taken.items():
        known, new = statistics.median(sides["known"]), statistics.median(sides["new"])
        difference = round(abs(known - new), 2)
        result[name] = {"known_ms": round(known, 2), "new_ms": round(new, 2), "difference_ms": difference}
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="30 of each instead of 500")
    times = 30 if parser.parse_args().quick else 500
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with Embedded(Path(folder) / "postgres") as server:
            database.configure(server.dsn)
            figures = asyncio.run(measure(times))
    print(f"{'':<10}{'known ms':>10}{'new ms':>10}{'difference':>12}   wanted < 5 ms")
    for name, f in figures.items():
        print(f"{name:<10}{f['known_ms']:>10}{f['new_ms']:>10}{f['difference_ms']:>12}")
    print(json.dumps({"times": times, "answers": figures}))


if __name__ == "__main__":
    main()
