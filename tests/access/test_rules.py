"""What the limits and the safe paths promise."""

import asyncio
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from volunteer_hub.access import limits
from volunteer_hub.access.rules import Limit, absolute_limit, idle_limit, landing, safe_path
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import STAFF, Role
from volunteer_hub.settings import Settings


@given(wanted=some.text(alphabet="/\\:@?#%.ae \t\n\r\x00ą", max_size=20))
@example("//evil.example")
@example("/\\evil.example")
@example("/\t/evil.example")
@example("/ok\n//evil")
@example("http:/evil")
@example("javascript:alert(1)")
def test_a_safe_path_stays_on_this_site(wanted: str) -> None:
    path = safe_path(wanted)
    assert path in ("", wanted)
    if path:
        # As browsers do it: they drop tabs and newlines and read a backslash as a slash.
        seen = "".join(c for c in path if c not in "\t\n\r").replace("\\", "/")
        assert urlsplit(urljoin("https://hub.test/sign-in", seen)).netloc == "hub.test"


@pytest.mark.parametrize("path", ["/", "/desk", "/desk/people?q=ł&step=applied", "/me#next"])
def test_a_plain_path_is_kept(path: str) -> None:
    assert safe_path(path) == path


def test_those_who_see_others_data_are_signed_out_sooner() -> None:
    for role in STAFF:
        assert idle_limit(role) < idle_limit(Role.VOLUNTEER) and absolute_limit(role) < absolute_limit(Role.VOLUNTEER)
        assert landing(role).startswith("/desk")


LIMIT = Limit("test", 5, 3600)


async def test_the_bucket_empties_and_grows_back(db: str, settings: Settings) -> None:
    assert [await limits.spend(settings, LIMIT, "a") for _ in range(7)] == [True] * 5 + [False] * 2
    assert await limits.spend(settings, LIMIT, "b"), "another one's bucket is another one"
    assert await limits.spend(settings, Limit("other", 5, 3600), "a"), "and so is another limit"
    await database.execute("UPDATE allowance SET at = at - make_interval(secs => $1)", LIMIT.wait)
    assert [await limits.spend(settings, LIMIT, "a") for _ in range(2)] == [True, False]
    await database.execute("UPDATE allowance SET at = at - interval '10 hours'")
    assert [await limits.spend(settings, LIMIT, "a") for _ in range(6)] == [True] * 5 + [False], "never more than full"


async def test_many_at_once_spend_no_try_twice(db: str, settings: Settings) -> None:
    results = await asyncio.gather(*(limits.spend(settings, LIMIT, "a") for _ in range(30)))
    assert results.count(True) == LIMIT.most


async def test_what_is_stored_names_nobody_and_does_not_stay(db: str, settings: Settings) -> None:
    await limits.spend(settings, LIMIT, "+48600700800")
    assert "600700800" not in str([dict(row) for row in await database.fetch("SELECT * FROM allowance")])
    await database.execute("UPDATE allowance SET at = at - interval '25 hours'")
    await limits.spend(settings, LIMIT, "other")
    assert await database.fetchval("SELECT count(*) FROM allowance") == 1
