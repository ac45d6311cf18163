"""What docker-compose.yml describes, as plain processes on one database: migrate, two webs, one worker. The whole main
job goes through them, with real SMS and SMTP channels over loopback: signed up at one web, invited at the other,
answered at the first."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import httpx2
import pyotp
from conftest import served
from support import processes
from support.fake_mail import FakeMail, mail_server
from support.fake_twilio import FROM, SID, TOKEN, FakeTwilio
from support.processes import fresh
from support.visitor import PageForm, Visitor, forms
from twilio.request_validator import RequestValidator

from volunteer_hub.access.rules import FASTEST_SECONDS

PHONE = "+48601222333"
ABOUT = {
    "first_name": "Jagoda", "last_name": "Wiśniewska", "birth_date": "4 05 1990", "kind": "adult",
    "phone": "601 222 333", "email": "jagoda@example.org", "language": "pl",
}  # fmt: skip
TIME = {
    "free": [f"{day}-{part}" for day in range(1, 8) for part in ("morning", "afternoon", "evening")],
    "max_hours_week": "12", "area": "kazimierza", "max_km": "10", "languages": ["pl"],
    "causes": ["elders", "food"], "skills": ["listening"],
}  # fmt: skip


async def until(found: Callable[[], Any], seconds: float = 15) -> Any:
    for _ in range(int(seconds / 0.05)):
        if value := found():
            return value
        await asyncio.sleep(0.05)
    raise AssertionError("did not happen in time")


async def sign_up(visitor: Visitor) -> None:
    await visitor.open("/volunteer")
    await visitor.send("/volunteer", **ABOUT)
    await visitor.send("/volunteer/time", **TIME)
    await asyncio.sleep(FASTEST_SECONDS)  # as a person reads
    text = await visitor.send("/volunteer/consents", information="yes", sms="yes", email="yes")
    assert visitor.page.status_code == 200 and "Dziękujemy za zgłoszenie" in text


async def first_steps_of_staff(desk: Visitor) -> None:
    """What a first link leads through: a password, an app with codes, recovery codes."""
    await desk.send("/sign-in/new-password", password="cztery zielone rowery w deszczu")
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", desk.page.text)
    assert key, desk.page.text
    await desk.send("/sign-in/factor", code=pyotp.TOTP(key[1].replace(" ", "")).now())
    await desk.send("/sign-in/recovery")


async def lead_to_active(desk: Visitor) -> None:
    listed = await desk.open("/desk/people?q=Jagoda")
    person = re.search(r'href="(/desk/people/[0-9a-f-]{36})"', listed)
    assert person, "the new volunteer is on the coordinator's list"
    for way in ("/step", "/agreement", "/step"):
        await desk.open(person[1] + way.removeprefix("/step"))
        button = next(form for form in forms(desk.page.text) if form.action.endswith(way)).buttons[0]
        await desk.send(way, button={button["name"]: button["value"]} if "name" in button else None)
        assert desk.page.status_code == 200
    assert "Pomaga" in desk.page.text or "Aktywn" in desk.page.text


def chosen(form: PageForm) -> str:
    """Whom the form invites."""
    return form.values.get("volunteer", [""])[0] or next(
        b["value"] for b in form.buttons if b.get("name") == "volunteer"
    )


async def invite_from_the_map(desk: Visitor) -> str:
    """From a need on the map's list to the opening that meets it, and there to the invitation; the opening's path."""
    listed = await desk.open("/desk/map?list=needs")
    needs = re.findall(r'href="(/desk/needs/[0-9a-f-]{36})"', listed)
    assert needs, "the map's list leads to needs"
    for need in dict.fromkeys(needs):
        page = await desk.open(need)
        for opening in dict.fromkeys(re.findall(r'href="(/desk/openings/[0-9a-f-]{36})"', page)):
            text = await desk.open(opening)
            for form in forms(text):
                if form.action.endswith("/assignments") and "Jagoda" in text.partition(chosen(form))[2][:400]:
                    sent = {**form.values, "volunteer": chosen(form)}
                    answer = await desk.client.post(form.action, data=sent, follow_redirects=True)
                    assert answer.status_code == 200
                    return opening
    raise AssertionError("nobody could invite Jagoda anywhere")


async def test_the_main_job_through_the_composed_processes(cluster: str) -> None:
    dsn = await fresh(cluster, "composed")
    sms, mail = FakeTwilio(), FakeMail()
    first, second = processes.free_port(), processes.free_port()
    async with served(sms) as sms.url, mail_server(mail):
        settings = {
            "MODE": "production", "DATABASE_URL": dsn, "SECRET_KEY": "k" * 40,
            "FIELD_KEY": "f" * 40, "SMTP_URL": mail.url,
            "PUBLIC_URL": f"http://127.0.0.1:{first}", "MAIL_FROM": "centrum@example.org",
            "QUIET_FROM": "00:00", "QUIET_UNTIL": "00:00",  # tests run at night too
        } | {name.upper(): value for name, value in sms.settings().items()}  # fmt: skip
        for command in (["migrate"], ["demo"]):
            done = await asyncio.to_thread(processes.call, *command, **settings)
            assert done.returncode == 0, done.stderr
        link = await asyncio.to_thread(
            processes.call, "account", "link", "--email", "hanna@centrum.example", **settings
        )
        with (
            processes.running("serve", "--no-worker", "--port", str(first), **settings) as one,
            processes.running("serve", "--no-worker", "--port", str(second), **settings) as two,
            processes.running("worker", **settings),
        ):
            await asyncio.to_thread(processes.answers, f"http://127.0.0.1:{first}/livez", one)
            await asyncio.to_thread(processes.answers, f"http://127.0.0.1:{second}/livez", two)
            async with (
                httpx2.AsyncClient(base_url=f"http://127.0.0.1:{first}", timeout=20) as phone,
                httpx2.AsyncClient(base_url=f"http://127.0.0.1:{second}", timeout=20) as office,
            ):
                volunteer, desk = Visitor(phone), Visitor(office)
                await sign_up(volunteer)
                path = re.search(r"/sign-in/link/\S+", link.stdout)
                assert path, link.stdout + link.stderr
                await desk.open(path[0])
                await desk.send(path[0])
                await first_steps_of_staff(desk)
                await lead_to_active(desk)
                opening = await invite_from_the_map(desk)

                def reached() -> list[dict[str, Any]]:
                    return [m for m in sms.accepted if m["to"] == PHONE and "TAK" in m["body"]]

                invitation = (await until(reached))[-1]["body"]
                letter = (await until(lambda: [m for m in mail.letters if "jagoda@example.org" in str(m["To"])]))[-1]
                assert await until(lambda: any(
                    part.get_content_type() == "text/calendar" and part.get_param("method") == "REQUEST"
                    for m in mail.letters if "jagoda@example.org" in str(m["To"]) for part in m.walk()
                )), letter
                code = re.search(r"TAK (\d+)", invitation)
                form = {
                    "MessageSid": "SM" + "1" * 32, "AccountSid": SID, "From": PHONE, "To": FROM,
                    "Body": f"tak {code[1]}" if code else "tak",
                }  # fmt: skip
                url = f"http://127.0.0.1:{first}/hooks/twilio/inbound"
                signature = RequestValidator(TOKEN).compute_signature(url, form)
                hook = await phone.post("/hooks/twilio/inbound", data=form, headers={"X-Twilio-Signature": signature})
                assert hook.status_code == 200
                forged = await phone.post("/hooks/twilio/inbound", data=form, headers={"X-Twilio-Signature": "x"})
                assert forged.status_code == 403
                roster = await desk.open(opening)
                filled = roster.partition('id="roster"')[2]
                assert "Jagoda" in filled and "Przyjęte" in filled
                ready = (await office.get("/readyz")).json()
                assert ready["worker_seconds_ago"] < 30
