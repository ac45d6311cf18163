"""Builds the town, room by room, each thing by the verb that the room itself has for it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from volunteer_hub.access import actions as access
from volunteer_hub.atlas import actions as atlas
from volunteer_hub.demo import (
    asked,
    attended,
    cases,
    circles,
    courses,
    issued,
    members,
    on_the_map,
    requests,
    season,
    teams,
    town,
    years,
)
from volunteer_hub.demo import people as cast
from volunteer_hub.demo import themes as tree
from volunteer_hub.initiatives import actions as initiatives
from volunteer_hub.initiatives import limits
from volunteer_hub.initiatives.rules import InitiativeKind
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import queries as matching
from volunteer_hub.people import actions as people
from volunteer_hub.people import guardians, papers, schools, time_actions, time_queries
from volunteer_hub.people.consents import Purpose
from volunteer_hub.people.rules import Kind, Step, may_be_agreed_with
from volunteer_hub.schedule import actions as schedule
from volunteer_hub.settings import Settings

STAFF = (
    ("Hanna Lis", Role.COORDINATOR, "hanna@centrum.example"),
    ("Ewa Sroka", Role.FIRST_CONTACT, "ewa@centrum.example"),
    ("Roman Gajda", Role.FACILITATOR, "roman@centrum.example"),
    ("Alicja Kubiak", Role.SPECIALIST, "alicja@centrum.example"),
    ("Jan Pawlak", Role.ADMINISTRATOR, "jan@centrum.example"),
    ("Danuta Wilk", Role.PROTECTION_OFFICER, "danuta@centrum.example"),
)


# By number: who helps by word of mouth and soon needs a written agreement.
ORAL = (7, 23)
SIGNED_DAYS_AGO = 45


class NotEmpty(Exception):
    """The database already holds people; the demo town is never mixed with them."""


def dressed(settings: Settings) -> Settings:
    """The settings with the demo centre's phone, hours and addresses where the environment names none."""
    own = {
        "centre_phone": "+48540000000", "centre_address": "ul. Wiślana 1, Włocławek", "centre_hours": "8–16",
        "reply_address": "kalendarz@example.invalid",
    }  # fmt: skip
    return settings.model_copy(update={name: value for name, value in own.items() if not getattr(settings, name)})


async def is_empty() -> bool:
    return not await database.fetchval("SELECT EXISTS (SELECT FROM account) OR EXISTS (SELECT FROM area)")


async def load(settings: Settings) -> None:
    """Builds the town in an empty database, all of it or nothing. Raises NotEmpty for a full one."""
    if not await is_empty():
        raise NotEmpty("this database is not empty; the demo town is loaded into an empty one only")
    today = clock.today(settings.timezone)
    async with database.transaction():
        staff = await _staff()
        coordinator = staff[Role.COORDINATOR]
        areas, themes, places = await _atlas(coordinator, today)
        needs = await on_the_map.load_needs(coordinator, areas, themes, today)
        await _papers(coordinator, places, today)
        school = await schools.add(settings, coordinator, *town.SCHOOL)
        await _volunteers(settings, coordinator, today, school)
        await cases.load_people(settings, coordinator, today)
        openings = await _ventures(coordinator, staff, themes, places, needs, today, settings)
        await _first_answers(coordinator, openings)
        await requests.load(settings, staff, today)
        await cases.load_colleague(settings)
        await teams.load(coordinator, areas, places, needs, today)
        await circles.load(settings, coordinator, staff[Role.SPECIALIST], themes, areas, today)
        await season.load(settings, staff, places, themes, areas, today)
        await courses.load(settings, staff, places, today)
        await attended.load(staff, today)
        await asked.load(coordinator, themes["elders"], places["dom"], today)
        await years.load(settings, coordinator, themes, places, today)
        await issued.load(settings, coordinator, today)
    await database.execute("ANALYZE")


async def _staff() -> dict[Role, Actor]:
    system = Actor(role=Role.MACHINE, name="demo")
    made = {}
    for name, role, email in STAFF:
        account = await access.create_account(system, name=name, role=role, email=email)
        made[role] = Actor(role=role, account=account, name=name)
    return made


async def _atlas(actor: Actor, today: date) -> tuple[dict[str, UUID], dict[str, UUID], dict[str, UUID]]:
    areas = {
        d.slug: await atlas.add_area(actor, slug=d.slug, name=d.name, polygon=[(p[0], p[1]) for p in d.polygon])
        for d in town.DISTRICTS
    }
    themes = {
        slug: await atlas.add_theme(
            actor, slug=slug, name_pl=polish, name_en=english, name_uk=ukrainian, confidential=confidential
        )
        for slug, polish, english, ukrainian, confidential in town.THEMES
    }
    await tree.load(actor, areas, themes)
    places = await on_the_map.load_places(actor, areas)
    await on_the_map.load_resources(actor, themes, places, today)
    return areas, themes, places


async def _papers(actor: Actor, places: dict[str, UUID], today: date) -> None:
    """The centre's insurance of this year and the next, and its rules for those under age."""
    await papers.add_policy(
        actor,
        insurer="Ubezpieczyciel pokazowy",
        number="NNW/DEMO/1",
        valid_from=date(today.year, 1, 1),
        valid_until=date(today.year + 1, 12, 31),
    )
    for rule in town.AGE_LIMITS:
        await limits.add_limit(
            actor,
            from_age=rule.from_age,
            under_age=rule.under_age,
            place=places[rule.place] if rule.place else None,
            barred=rule.barred,
            most_hours_day=rule.hours_day,
            most_hours_week=rule.hours_week,
            latest=_time(rule.latest) if rule.latest else None,
            valid_from=date(today.year, 1, 1),
            source=rule.source,
        )


async def _volunteers(settings: Settings, actor: Actor, today: date, school: UUID) -> None:
    """Some pupils wait for their guardian after a talk; a coordinator has just sent the first one's guardian a link."""
    asked = False
    for person in cast.everybody(today):
        volunteer = await people.add_volunteer(
            actor,
            first_name=person.first_name,
            last_name=person.last_name,
            phone=person.phone,
            email=person.email,
            language=person.language,
            birth_date=person.birth_date,
            kind=Kind(person.kind),
            area_slug=person.district,
            point=person.at,
            max_km=person.max_km,
            max_hours_week=person.max_hours_week,
            causes=person.causes,
            skills=person.skills,
            languages=person.languages,
            availability=[(day, time(start), time(end)) for day, start, end in person.free],
            consents=[Purpose.INFORMATION, Purpose.SMS, *([Purpose.EMAIL] if person.email else [])],
            guardian_name=f"Anna {person.last_name}" if person.kind == "pupil" else "",
            guardian_phone=f"+48600000{500 + person.number}" if person.kind == "pupil" else "",
            school=school if person.kind == "pupil" and person.number % 2 else None,
        )
        week = (await time_queries.person(actor, volunteer)).week
        await time_actions.save_week(actor, volunteer, replace(week, travels=person.travels), week.mark)
        if person.checked:
            await people.record_clearance(
                actor,
                volunteer,
                kind="minors",
                checked_on=today - timedelta(days=90),
                valid_until=today + timedelta(days=275),
            )
        if person.guardian_agreed and person.kind == "pupil":
            await people.record_guardian_consent(actor, volunteer)
        elif person.kind == "pupil" and not asked:
            asked = bool(await guardians.send_from_desk(settings, actor, volunteer))
        consents = person.kind == "pupil" and person.guardian_agreed
        signed = today - timedelta(days=SIGNED_DAYS_AGO)
        bound = may_be_agreed_with(person.birth_date, signed, guardian_consents=consents)
        goal = Step(person.step) if bound or person.step == Step.APPLIED else Step.TALKED_TO
        await _lead_to(actor, volunteer, goal, today, signed if person.number not in ORAL else None)


async def _lead_to(actor: Actor, volunteer: UUID, goal: Step, today: date, signed: date | None) -> None:
    """Takes a new volunteer along the steps as a coordinator would; who helps by word of mouth began 26 days ago."""
    way = [Step.TALKED_TO, Step.AGREED, Step.ACTIVE, Step.PAUSED]
    for step in way[: way.index(goal) + 1] if goal in way else []:
        if step is Step.AGREED and signed:
            await people.sign_agreement(actor, volunteer, signed_on=signed, valid_from=signed)
        elif step is Step.PAUSED:
            await people.pause(actor, volunteer, today + timedelta(days=20))
        else:
            await people.take_step(actor, volunteer, step)
    if goal is Step.ACTIVE and not signed:
        await people.start_service(actor, volunteer, today - timedelta(days=26))


async def _ventures(
    actor: Actor,
    staff: dict[Role, Actor],
    themes: dict[str, UUID],
    places: dict[str, UUID],
    needs: dict[str, UUID],
    today: date,
    settings: Settings,
) -> list[UUID]:
    openings: list[UUID] = []
    for venture in town.VENTURES:
        initiative = await initiatives.start_initiative(
            actor,
            name=venture.name,
            kind=InitiativeKind(venture.kind),
            theme=themes[venture.theme],
            starts_on=today - timedelta(days=60),
            about=venture.about,
            meets=", ".join(f"{town.DAYS[w.weekday - 1]} {w.starts}–{w.ends}" for w in venture.meets),
            public=venture.public,
            coordinator=actor.account,
            needs=[needs[key] for key in venture.needs],
        )
        roles = [
            await initiatives.add_role(
                actor,
                initiative,
                name=post.name,
                least=post.least,
                most=post.most,
                skills=post.skills,
                languages=post.languages,
                clearances=post.clearances,
                min_age=post.min_age,
                minor_safe=post.minor_safe,
            )
            for post in venture.roles
        ]
        await members.load(settings, actor, initiative, venture, today)
        leader = {"group": Role.FACILITATOR, "circle": Role.SPECIALIST}.get(venture.kind)
        if leader and (account := staff[leader].account) and venture.key != "sroda":
            await initiatives.add_facilitator(actor, initiative, account)
        urgent = any(lack.urgency == 4 for lack in on_the_map.LACKS if lack.key in venture.needs)
        reason = "Pilna potrzeba na mapie" if urgent else ""
        for starts, ends, place in _dates(venture, today):
            seats = [
                schedule.Seats(role, post.least, post.most, urgent=urgent, reason=reason)
                for role, post in zip(roles, venture.roles, strict=True)
            ]
            meeting = await schedule.plan_meeting(actor, initiative, places[place], starts, ends, openings=seats)
            rows = await database.fetch("SELECT id FROM opening WHERE meeting = $1 ORDER BY id", meeting)
            openings += [row["id"] for row in rows]
    return openings


def _dates(venture: town.Venture, today: date) -> list[tuple[datetime, datetime, str]]:
    """Wall times of a venture's meetings, from tomorrow on."""
    found = []
    for weekly in venture.meets:
        first = today + timedelta(days=1 + (weekly.weekday - (today + timedelta(days=1)).isoweekday()) % 7)
        for week in range(weekly.times):
            day = first + timedelta(weeks=week)
            starts, ends = (datetime.combine(day, _time(text)) for text in (weekly.starts, weekly.ends))
            found.append((starts, ends, weekly.place))
    return found


def _time(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour), int(minute))


async def _first_answers(actor: Actor, openings: list[UUID]) -> None:
    """A town in the middle of its week: of three openings one has answers, one waits for them, one is untouched.

    Who has accepted comes first, so that nobody is then asked to be in two places at once.
    """
    for number, opening in sorted(enumerate(openings), key=lambda numbered: numbered[0] % 3):
        wanted = await database.fetchval("SELECT least FROM opening WHERE id = $1", opening)
        for candidate in (await matching.candidates(actor, opening))[: wanted if number % 3 < 2 else 0]:
            try:
                assignment = await schedule.invite(
                    actor, opening, candidate.person.id, score=candidate.fit.score.total, rank=candidate.rank
                )
                if number % 3 == 0:
                    await schedule.answer(actor, assignment, accept=True, channel="desk")
            except Refused:
                continue
