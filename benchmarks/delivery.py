"""What becomes of messages while workers, the database and the provider fail: tests/support/campaign.py, at length.

Then the same campaign with what was begun just begun again, as job queues do: it must send twice. Then how many leave
in a second, and what pages take during a burst (delivery_speed.py).
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

import delivery_speed  # noqa: E402 - it uses what lies beside the tests
from support.campaign import Campaign, Verdict  # noqa: E402
from support.workers import Nursery  # noqa: E402

from volunteer_hub.kit.embedded import Embedded  # noqa: E402

KILLS, QUICK, CONTROL = 1_000, 100, 25


def campaign(kills: int, *, blind: bool = False) -> Verdict:
    with tempfile.TemporaryDirectory() as folder, Nursery() as nursery:
        os.chmod(folder, 0o755)
        with Embedded(Path(folder) / "postgres") as postgres:
            return asyncio.run(Campaign(kills, postgres, nursery, blind=blind).run())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} kills, about three minutes")
    quick = parser.parse_args().quick
    ours, control = campaign(QUICK if quick else KILLS), campaign(CONTROL, blind=True)
    print(f"{'':<18}{'asked first':>14}{'begun again':>14}")
    for name, value in asdict(ours).items():
        print(f"{name:<18}{value:>14}{getattr(control, name):>14}")
    speed, bursts = delivery_speed.measure(quick)
    for name, value in speed.items():
        print(f"{name:<18}{value:>14} messages a second")
    for rate, found in bursts.items():
        print(f"{delivery_speed.BURST} due, sent at {rate} a second at most:", found)
    figures = {"control_accepted_twice": control.accepted_twice, "per_second": speed, "bursts": bursts}
    print(json.dumps(asdict(ours) | figures))
    if ours.lost or ours.accepted_twice or ours.unknown:
        raise SystemExit("a message was lost, accepted twice or never settled")
    if not control.accepted_twice:
        raise SystemExit("the control sent nothing twice: the campaign proves nothing")


if __name__ == "__main__":
    main()
