"""What becomes of messages while workers, the database and the provider fail: tests/support/campaign.py, at length.

Then the same campaign with what was begun just begun again, as job queues do: it must send twice.
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

from support.campaign import Campaign, Verdict  # noqa: E402 - it lies beside the tests
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
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} kills, about a minute")
    kills = QUICK if parser.parse_args().quick else KILLS
    ours, control = campaign(kills), campaign(CONTROL, blind=True)
    print(f"{'':<18}{'asked first':>14}{'begun again':>14}")
    for name, value in asdict(ours).items():
        print(f"{name:<18}{value:>14}{getattr(control, name):>14}")
    print(json.dumps(asdict(ours) | {"control_accepted_twice": control.accepted_twice}))
    if ours.lost or ours.accepted_twice or ours.unknown:
        raise SystemExit("a message was lost, accepted twice or never settled")
    if not control.accepted_twice:
        raise SystemExit("the control sent nothing twice: the campaign proves nothing")


if __name__ == "__main__":
    main()
