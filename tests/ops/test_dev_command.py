"""dev.py on odd machines: what stops it is one sentence on standard error, and what is set up starts at once.

The set-up itself needs a network and is walked by `python3 dev.py test` itself, which set up the machine this runs on.
"""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from volunteer_hub.kit.embedded_binaries import server_account

ROOT = Path(__file__).resolve().parents[2]
PYTHON = str(getattr(sys, "_base_executable", sys.executable))
NO_WAY_OUT = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "UV_HTTP_RETRIES": "0"}
ANSWER = """#!/bin/sh
echo "$PWD|$HUB_MODE|$HUB_DATA_DIR|$PYTHONPATH|$*"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files that the set-up reads, in a fresh folder with a space in its name."""
    folder = tmp_path / "a fresh clone"
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    for name in ("dev.py", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    return folder


def dev(project: Path, *words: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    empty = {"PATH": str(project / "bin"), "HOME": str(project)}
    command = [PYTHON, str(project / "dev.py"), *words]
    return subprocess.run(command, cwd=cwd or project, env=empty | env, capture_output=True, text=True, timeout=30)


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a command that was refused; progress may stand before it, a traceback may not."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    *progress, sentence = done.stderr.strip().splitlines()
    assert all(line.endswith("...") or line.endswith(":") for line in progress)
    assert sentence.startswith("dev.py: ")
    return sentence


def set_up(project: Path, kind: str, python: str = ANSWER) -> None:
    """Leave `project` as a finished set-up leaves it, with `python` as its interpreter."""
    code = f"import dev; dev.STAMP.write_text('{kind} ' + dev.digest('{kind}'))"
    interpreter = project / ".venv/bin/python"
    interpreter.parent.mkdir(parents=True)
    interpreter.write_text(python)
    interpreter.chmod(0o755)
    (project / "static/vendor").mkdir(parents=True)
    subprocess.run([PYTHON, "-c", code], cwd=project, check=True)


def path_with(project: Path, **programs: str | None) -> str:
    """A PATH of just these programs."""
    (project / "bin").mkdir()
    for name, target in programs.items():
        (project / "bin" / name).symlink_to(target or "/nowhere")
    return str(project / "bin")


def uv() -> str:
    return shutil.which("uv") or str(ROOT / ".venv-uv/bin/uv")


def test_help_names_the_commands_and_sets_nothing_up(project: Path) -> None:
    done = dev(project)
    assert done.returncode == 0
    assert "python3 dev.py run" in done.stdout
    assert not (project / ".venv").exists()


@pytest.mark.parametrize("words", [["--port", "{}"], ["--port={}"]])
def test_a_taken_port_is_refused_before_any_work(project: Path, words: list[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = dev(project, "run", *(word.format(port) for word in words))
    assert refusal(done).startswith(f"dev.py: Port {port} cannot be used")
    assert not (project / ".venv").exists()


@pytest.mark.parametrize("words", [["--port", "many"], ["--port=0"], ["--port", "65536"], ["--port"]])
def test_what_is_no_port_is_refused_before_any_work(project: Path, words: list[str]) -> None:
    assert "--port needs a number from 1 to 65535" in refusal(dev(project, "run", *words))
    assert not (project / ".venv").exists()


def test_an_unknown_benchmark_is_answered_with_the_names_of_all(project: Path) -> None:
    (project / "benchmarks").mkdir()
    (project / "benchmarks/quick.py").write_text('if __name__ == "__main__":\n    pass\n')
    (project / "benchmarks/helper.py").write_text("")
    assert refusal(dev(project, "bench", "helper")) == "dev.py: Name a benchmark: quick."


def patched(project: Path, change: str, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """dev.py on a Python that lacks something."""
    code = (
        f"import runpy, sys; {change}; sys.argv = {['dev.py', *words]!r}; runpy.run_path('dev.py', run_name='__main__')"
    )
    empty = {"PATH": "", "HOME": str(project)}
    command = [PYTHON, "-c", code]
    return subprocess.run(command, cwd=project, env=empty | env, capture_output=True, text=True, timeout=30)


def test_an_old_python_is_told_so(project: Path) -> None:
    done = patched(project, "sys.version_info, sys.version = (3, 10, 4), '3.10.4 (old)'", "run")
    assert refusal(done).startswith("dev.py: Python 3.11 or newer is needed and this is 3.10.4")


def test_a_missing_venv_module_is_named_with_its_package(project: Path) -> None:
    done = patched(project, "sys.modules['ensurepip'] = None", "setup")
    package = f"python3.{sys.version_info[1]}-venv"
    assert refusal(done) == (
        f"dev.py: Python's venv module is missing: install {package} (sudo apt-get install {package}), then try again."
    )


def test_no_network_is_one_sentence(project: Path) -> None:
    done = dev(project, "setup", PATH=path_with(project, uv=uv()), **NO_WAY_OUT)
    assert refusal(done).endswith("failed: the package registry is out of reach; check the network (and HTTPS_PROXY).")
    assert not (project / ".venv/set-up").exists()


def test_an_unwritable_folder_is_one_sentence(project: Path, tmp_path: Path) -> None:
    as_nobody = server_account(tmp_path / "none")
    if as_nobody:
        for folder in (project, *project.parents[:-2]):  # pytest's own temporary folders are closed to others
            folder.chmod(0o755)
        if subprocess.run(["test", "-x", PYTHON], **as_nobody).returncode:
            pytest.skip("this Python is closed to other accounts")
    project.chmod(0o555)
    command = [PYTHON, "dev.py", "setup"]
    done = subprocess.run(command, cwd=project, env={}, capture_output=True, text=True, timeout=30, **as_nobody)
    project.chmod(0o755)
    assert refusal(done).startswith(f"dev.py: You may not write into {project}")


def test_a_full_disk_is_one_sentence(project: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = f'mount -t tmpfs -o size=8m none "{small}"'
    if subprocess.run(["unshare", "--mount", "sh", "-c", mount], capture_output=True).returncode:
        pytest.skip("only root mounts a small disk")
    script = f'{mount} && cp -r "{project}"/* "{small}" && cd "{small}" && exec "{PYTHON}" dev.py setup'
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, timeout=30)
    assert refusal(done).startswith(f"dev.py: The disk of {small} is full: 700 MB are needed and ")


def test_what_is_set_up_starts_at_once_in_the_callers_folder(project: Path, tmp_path: Path) -> None:
    set_up(project, "run")
    done = dev(project, "import", "volunteers", "a file.csv", cwd=tmp_path, PYTHONPATH="/elsewhere")
    assert done.stdout.strip() == f"{tmp_path}||{data_folder(project)}||-m volunteer_hub import volunteers a file.csv"
    assert done.stderr.count("\n") <= 1  # at most where the data are


def test_run_is_a_demo_unless_told_otherwise(project: Path) -> None:
    set_up(project, "run")
    assert dev(project, "run").stdout.split("|")[1:3] == ["demo", str(data_folder(project))]
    told = dev(project, "run", HUB_MODE="production", HUB_DATA_DIR="/srv/hub")
    assert told.stdout.split("|")[1:3] == ["production", "/srv/hub"]
    assert dev(project, "serve").stdout.split("|")[1] == ""


def test_run_after_test_keeps_the_test_tools(project: Path) -> None:
    set_up(project, "test")
    assert "-m volunteer_hub run" in dev(project, "run").stdout


def test_test_after_run_installs_the_test_tools(project: Path) -> None:
    set_up(project, "run")
    done = dev(project, "test", PATH=path_with(project, uv=uv()), **NO_WAY_OUT)
    assert "Installing" in done.stderr
    assert refusal(done)


def test_a_changed_lock_file_is_installed(project: Path) -> None:
    set_up(project, "run")
    with open(project / "requirements/run.txt", "a") as lock:
        lock.write("# changed\n")
    done = dev(project, "migrate", PATH=path_with(project, uv=uv()), **NO_WAY_OUT)
    assert "Installing" in done.stderr


def test_a_browser_that_does_not_start_fails_the_tests(project: Path) -> None:
    set_up(project, "test", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    done = dev(project, "test", CHROMIUM="/bin/false")
    assert refusal(done) == "dev.py: The browser named by CHROMIUM, /bin/false, does not start."


def test_no_browser_at_all_fails_the_tests(project: Path) -> None:
    set_up(project, "test", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    bundled = project / ".venv-browser/chromium"
    bundled.parent.mkdir()
    bundled.symlink_to("/bin/false")
    assert refusal(dev(project, "test")).startswith("dev.py: No browser starts here: install chromium")


def data_folder(project: Path) -> Path:
    """Where dev.py keeps this project's data: pytest's temporary folders are closed to others."""
    code = "import dev; print(dev.data_folder())"
    done = subprocess.run([PYTHON, "-c", code], cwd=project, check=True, capture_output=True, text=True)
    return Path(done.stdout.strip())
