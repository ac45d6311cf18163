"""A hundred deaths in one go. `dev.py bench delivery` runs a thousand; this is the same campaign, shorter."""

from pathlib import Path

from support.campaign import Campaign
from support.workers import Nursery

from volunteer_hub.kit.embedded import Embedded


async def test_a_hundred_kills_lose_nothing_and_send_nothing_twice(open_folder: Path, nursery: Nursery) -> None:
    with Embedded(open_folder / "postgres") as postgres:
        found = await Campaign(100, postgres, nursery).run()
    assert (found.lost, found.accepted_twice, found.unknown) == (0, 0, 0), found
    assert found.kills == 100 and found.kills_at_points >= 10 and found.database_stops == 5, found
    assert found.asked > 20 and found.begun_again > 20 and found.messages >= 300, found


async def test_control_beginning_again_without_asking_sends_twice(open_folder: Path, nursery: Nursery) -> None:
    """The same campaign, but what was begun is just begun again, as job queues do."""
    with Embedded(open_folder / "postgres") as postgres:
        found = await Campaign(12, postgres, nursery, blind=True).run()
    assert found.accepted_twice > 0, found
