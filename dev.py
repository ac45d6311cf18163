#!/usr/bin/env python3
"""Everything by one command, on a machine with Python 3.11 or newer and a network:

  python3 dev.py run [--port N]         the trial: set-up, database, demo town, web and worker
  python3 dev.py test [ARGUMENT ...]    set-up and every test; the arguments are pytest's
  python3 dev.py bench NAME [--quick]   set-up and one benchmark of benchmarks/
  python3 dev.py setup                  the set-up alone
  python3 dev.py COMMAND ...            set-up and any command of volunteer-hub: migrate, doctor, account ...

What it installs is in this folder (.venv*, node_modules, static/vendor) and as the lock files say; delete it at will.
As root on Debian it also asks apt-get for python3-venv and, for the tests, chromium, where they are missing.
"""

from __future__ import annotations  # an older Python must get as far as the sentence that refuses it

import fcntl
import functools
import hashlib
import importlib.util
import itertools
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

say = functools.partial(print, file=sys.stderr, flush=True)  # progress; standard output belongs to the command
ROOT = Path(__file__).resolve().parent
PYTHON = ROOT / ".venv/bin/python"
STAMP = ROOT / ".venv/set-up"
FREE_MEGABYTES = {"run": 700, "test": 1500}
# What the tools print when the machine is the cause, and what to tell the person.
TROUBLES = {
    "No space left|ENOSPC|Disk quota": "the disk is full; free some space and try again.",
    "Permission denied|EACCES|Read-only|EROFS": "a file may not be written; mend the permissions and try again.",
    "dns error|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|error sending request|NewConnectionError|ConnectTimeout|ProxyError|"
    "SSLError|Network is unreachable": "the package registry is out of reach; check the network (and HTTPS_PROXY).",
}


def main(arguments: list[str]) -> None:
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if sys.version_info < (3, 11):  # noqa: UP036
        stop(f"Python 3.11 or newer is needed and this is {sys.version.split()[0]}: start dev.py with a newer one.")
    if command in ("help", "-h", "--help"):
        return print(__doc__)
    if command == "run":
        check_port(rest)
    if command == "bench":
        names = [path.stem for path in sorted((ROOT / "benchmarks").glob("*.py")) if "__main__" in path.read_text()]
        if not rest or rest[0] not in names:
            stop(f"Name a benchmark: {' or '.join(names)}.")
    set_up("test" if command in ("test", "bench") else "run")
    if command == "test":
        os.environ["CHROMIUM"] = browser()
        os.chdir(ROOT)
        start("-m", "pytest", *rest)
    if command == "bench":
        start(str(ROOT / "benchmarks" / f"{rest[0]}.py"), *rest[1:])
    os.environ.setdefault("HUB_DATA_DIR", str(data_folder()))
    if command == "run":
        os.environ.setdefault("HUB_MODE", "demo")
    if command != "setup":
        start("-m", "volunteer_hub", command, *rest)


def stop(sentence: str) -> NoReturn:
    sys.exit(f"dev.py: {sentence}")


def start(*arguments: str) -> NoReturn:
    """Become the project's Python; signals and the exit code are then its own."""
    os.execve(PYTHON, [str(PYTHON), *arguments], clean_environment())


def check_port(arguments: list[str]) -> None:
    """Refuse a taken port at once, not after minutes of set-up."""
    named = re.search(r"(?:^| )--port[ =]?(\S*)", " ".join(arguments))
    port = named[1] if named else "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        stop(f'--port needs a number from 1 to 65535 and got "{port}".')
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as error:
            stop(f"Port {port} cannot be used ({error.strerror}): stop what uses it, or choose another with --port.")


def clean_environment() -> dict[str, str]:
    env = {name: os.environ[name] for name in os.environ if name not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")}
    env.setdefault("UV_SYSTEM_CERTS", "1")  # as pip does: for networks with a certificate authority of their own
    if os.path.exists("/etc/ssl/certs/ca-certificates.crt"):
        env.setdefault("NODE_EXTRA_CA_CERTS", "/etc/ssl/certs/ca-certificates.crt")
    return env


def data_folder() -> Path:
    """.data here; for root in a folder closed to others, one that the account which runs PostgreSQL may enter."""
    if os.geteuid() or all(folder.stat().st_mode & 0o001 for folder in (ROOT, *ROOT.parents)):
        return ROOT / ".data"
    folder = Path("/var/lib/volunteer-hub") / hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:8]
    if not folder.exists() and "HUB_DATA_DIR" not in os.environ:
        say(f"The data are kept in {folder}: PostgreSQL does not run as root, and others may not enter {ROOT}.")
    return folder


def set_up(kind: str) -> None:
    """Install what the lock files say, unless the stamp says that it is done."""
    if ready(kind):
        return
    if not os.access(ROOT, os.W_OK):
        stop(f"You may not write into {ROOT}: mend its permissions, or use a folder of your own.")
    if (free := shutil.disk_usage(ROOT).free // 1_000_000) < FREE_MEGABYTES[kind]:
        stop(f"The disk of {ROOT} is full: {FREE_MEGABYTES[kind]} MB are needed and {free} MB are free.")
    lock = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)  # held until start(): of two commands the second finds the work done
    if not ready(kind):
        if STAMP.exists() and STAMP.read_text().startswith("test "):
            kind = "test"  # `run` after `test` leaves the test tools where they are
        STAMP.unlink(missing_ok=True)
        install_packages(ROOT / ".venv", f"{kind}.txt")
        install_from_npm(ROOT)
        STAMP.write_text(f"{kind} {digest(kind)}")


def ready(kind: str) -> bool:
    whole = all(path.exists() for path in (STAMP, PYTHON, ROOT / "static/vendor"))
    installed, _, stamp = STAMP.read_text().partition(" ") if whole else ("", "", "")
    return installed in (kind, "test") and stamp == digest(installed)


def digest(kind: str) -> str:
    names = ("dev.py", f"requirements/{kind}.txt", "requirements/vendor.cjs", "package-lock.json")
    return hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in names)).hexdigest()


def install_packages(folder: Path, lock: str) -> None:
    """Make the Python environment `folder` hold just what the lock file `lock` names."""
    uv, requirements = find_uv(), ROOT / "requirements" / lock
    if not (folder / "bin/python").exists():
        base = getattr(sys, "_base_executable", sys.executable)  # not that of an environment that may vanish
        work("Making a Python environment", uv, "venv", "-q", "--clear", "--python", base, folder)
    packages = sum(line[0].isalpha() for line in requirements.read_text().splitlines())
    work(f"Installing {packages} packages for Python", uv, "pip", "sync", "-q", "--require-hashes",
         "--compile-bytecode", "--python", folder / "bin/python", requirements)  # fmt: skip
    for packages_folder in folder.glob("lib/python3*/site-packages"):
        (packages_folder / "volunteer_hub.pth").write_text("../../../..\n")  # this project, wherever it is moved


def find_uv() -> str:
    """The uv on PATH, else a locked one of our own; never one in the system's Python."""
    if on_path := shutil.which("uv"):
        return on_path
    home, lock = ROOT / ".venv-uv", ROOT / "requirements/uv.txt"
    if (uv := home / "bin/uv").exists():
        return str(uv)
    package = f"python3.{sys.version_info[1]}-venv"
    if not (importlib.util.find_spec("ensurepip") or apt(package)):
        stop(f"Python's venv module is missing: install {package} (sudo apt-get install {package}), then try again.")
    work("Making a place for uv", sys.executable, "-m", "venv", "--clear", home)
    pip = (home / "bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries", "2")
    work("Installing uv", *pip, "--require-hashes", "-r", lock)
    return str(uv)


def install_from_npm(folder: Path) -> None:
    """Install the locked packages of `folder` and run its script `unpack`."""
    path = path_with_node()
    npm, env = str(shutil.which("npm", path=path)), clean_environment() | {"PATH": path}
    work("Installing packages from npm", npm, "ci", cwd=folder, env=env)
    work("Unpacking them", npm, "run", "--silent", "unpack", cwd=folder, env=env)


def path_with_node() -> str:
    """PATH where it has npm, else PATH with a node of our own from PyPI."""
    path, node = os.environ.get("PATH", os.defpath), ROOT / ".venv-node"
    if shutil.which("npm") and shutil.which("node"):
        return path
    if not (node / "bin/npm").exists():
        install_packages(node, "node.txt")
    return f"{node / 'bin'}:{path}"


def browser() -> str:
    """A Chromium that starts: CHROMIUM, one on PATH, Debian's as root, else one from npm. The tests need it."""
    driver = next(ROOT.glob(".venv/lib/*/site-packages/playwright/driver/node"), None)
    if driver and attempt("Trying the browser's driver", driver, "--version")[0]:  # a bare Debian lacks its libatomic
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(shutil.which("node", path=path_with_node()))
    if named := os.environ.get("CHROMIUM"):
        return named if starts(named) else stop(f"The browser named by CHROMIUM, {named}, does not start.")
    for name in ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"):
        if (found := shutil.which(name)) and starts(found):
            return found
    if apt("chromium") and (found := shutil.which("chromium")) and starts(found):
        return found
    bundled = ROOT / ".venv-browser/chromium"
    if not bundled.exists():
        shutil.copytree(ROOT / "requirements/browser", bundled.parent, dirs_exist_ok=True)
        install_from_npm(bundled.parent)
    remedy = "install chromium (sudo apt-get install chromium), or set CHROMIUM=/path/to/one"
    return str(bundled) if starts(str(bundled)) else stop(f"No browser starts here: {remedy}.")


def starts(path: str) -> bool:
    return attempt(f"Trying {path}", PYTHON, ROOT / "requirements/browser/starts.py", path)[0] == 0


def apt(package: str) -> bool:
    """Install a Debian package; False where we may not or cannot."""
    if os.geteuid() or not shutil.which("apt-get"):
        return False
    command = f"apt-get update -qq; apt-get install -y -qq --no-install-recommends {package}"
    env = clean_environment() | {"DEBIAN_FRONTEND": "noninteractive"}
    return attempt(f"Installing {package} with apt-get", "sh", "-c", command, env=env)[0] == 0


def work(what: str, *command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """One step of the set-up that must not fail: if it does, one sentence says why."""
    code, output = attempt(what, *command, cwd=cwd, env=env)
    if code:
        why = (output.strip() or "it gives no reason").splitlines()[-1]
        stop(f"{what} failed: {next((to_do for signs, to_do in TROUBLES.items() if re.search(signs, output)), why)}")


def attempt(what: str, *command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> tuple[int, str]:
    """One step of the set-up, with signs of life on the way: its exit code and what it printed."""
    say(f"{what} ...")
    process = subprocess.Popen([str(word) for word in command], cwd=cwd, env=env or clean_environment(), text=True,
                               errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    for seconds in itertools.count(10, 10):
        try:
            output = process.communicate(timeout=10)[0]
            break
        except subprocess.TimeoutExpired:
            say(f"  still at it after {seconds} s")
    return process.returncode, output


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        stop(f"The set-up cannot go on: {error.strerror}{f' ({error.filename})' if error.filename else ''}.")
