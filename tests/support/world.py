"""For each role a world in which something of every kind is theirs, and something of the same kind somebody else's."""

import re
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import httpx2

from support import people
from support.worlds import desk, initiatives, schedule
from support.worlds.pairs import Ids, Pair
from volunteer_hub.access.tables import Account, Device, Session
from volunteer_hub.exchange.api_access.tables import ApiToken, Webhook
from volunteer_hub.initiatives.tables import Initiative, Member
from volunteer_hub.intake.rules import DESKS, Desk
from volunteer_hub.kit import clock, secret
from volunteer_hub.kit.actor import Role
from volunteer_hub.messaging.tables import Message
from volunteer_hub.people.tables import Participant
from volunteer_hub.privacy.tables import RightsRequest

# What stands for an id in an address of the table of routes.
PLACE = re.compile(r"\{(\w+):uuid\}")


@dataclass(frozen=True)
class World:
    """`pairs` by the beginning of an address; the longest one that fits is meant. `memberships`: (group, member)."""

    me: Account
    pairs: dict[str, Pair]
    memberships: list[tuple[Initiative, Participant, Member]]

    def pair(self, path: str) -> Pair:
        return self.pairs[max((one for one in self.pairs if path.startswith(one)), key=len)]


async def ask(client: httpx2.AsyncClient, method: str, path: str, ids: Ids) -> httpx2.Response:
    """Opens an address of the table of routes, its placeholders filled with `ids`; a POST is a form without words."""
    address = PLACE.sub(lambda place: str(ids[place[1]]), path.replace("{kind}", "volunteer"))
    if method == "GET":
        return await client.get(address)
    form = await client.get("/help")
    csrf = re.search(r'name="csrf" value="([^"]+)"', form.text)
    return await client.post(address, data={"csrf": csrf[1] if csrf else ""})


def absent(ids: Ids) -> Ids:
    """The same placeholders, filled with nothing's ids."""
    return {name: uuid4() for name in ids}


async def made(role: Role) -> World:
    me, other = await people.account(role), await people.account(role)
    found = {"/desk/account/sessions": await _sessions(me, other), "/desk/account/devices": await _devices(me, other)}
    found["/me/account/sessions"] = found["/desk/account/sessions"]
    groups = await initiatives.groups(role, me, other)
    found |= await initiatives.of_groups(role, me, other, groups)
    found |= await schedule.planned(role, me, groups)
    found |= await initiatives.of_courses(role, me, other)
    if role in (Role.COORDINATOR, Role.SPECIALIST):
        found["/desk/contracts"] = Pair(*[await initiatives.contract(whose) for whose in (me, other)])
    if role is Role.VOLUNTEER:
        found["/me/circles"] = await initiatives.own_circles(me, groups)
        found["/me/visits"] = await initiatives.own_visits(me)
    if role in DESKS:
        found["/desk/requests"] = Pair(*[{"id": (await desk.request(at)).id} for at in _desks(role)])
    if role is Role.COORDINATOR:
        found |= await desk.of_desk(me, other) | await desk.of_people(me, other)
        found |= {"/desk/break-glass": Pair(await desk.glass(me), await desk.glass(other))}
    if role in (Role.COORDINATOR, Role.PROTECTION_OFFICER):
        subject = (await people.volunteer()).id
        asked = RightsRequest(subject=f"volunteer:{subject}", right="copy", channel="phone", due_on=date(2027, 1, 1))
        found["/desk/rights"] = Pair({"id": (await people.save(asked)).id}, None)
        found["/desk/rights/new"] = Pair({"id": subject}, None)
    if role is Role.ADMINISTRATOR:
        found["/desk/settings/accounts"] = Pair({"id": other.id}, {"id": (await people.account(Role.VOLUNTEER)).id})
        found |= await _programs(me)
    return World(me, found, groups)


async def _programs(me: Account) -> dict[str, Pair]:
    """A token, and a webhook that a delivery was given up of: every administrator's."""
    today = clock.today(people.ZONE)
    token = await people.save(
        ApiToken(name="Miasto", scopes=["groups"], token_hash=_hash(), made_by=me.id, ends_on=today)
    )
    webhook = await people.save(
        Webhook(name="Miasto", url="https://miasto.example/", kinds=["group"], secret_sealed=b"", made_by=me.id)
    )
    delivery = await people.save(
        Message(
            key=f"hook:{webhook.id}", about=f"webhook:{webhook.id}", channel="hook", address=str(webhook.id),
            language="", template="trial", body="{}", state="parked",
        )
    )  # fmt: skip
    return {
        "/desk/settings/programs/tokens": Pair({"id": token.id}, None),
        "/desk/settings/programs/webhooks": Pair({"id": webhook.id, "delivery": delivery.id}, None),
    }


async def _sessions(me: Account, other: Account) -> Pair:
    rows = [await people.save(Session(token_hash=_hash(), account=one.id)) for one in (me, other)]
    return Pair({"id": rows[0].id}, {"id": rows[1].id})


async def _devices(me: Account, other: Account) -> Pair:
    rows = [await people.save(Device(token_hash=_hash(), account=one.id)) for one in (me, other)]
    return Pair({"id": rows[0].id}, {"id": rows[1].id})


def _hash() -> bytes:
    return secret.fingerprint(secret.token())


def _desks(role: Role) -> tuple[Desk, Desk]:
    """A desk of this role and one that is not."""
    return DESKS[role][0], next(desk for desk in Desk if desk not in DESKS[role] and desk is not Desk.BENEFITS)
