"""The supervisor with every real part: start, stop, kill, start again, broken parts, odd paths."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import postgres
from local.child import Child, is_alive
from local.place import ROOT, Place
from local.servers import Servers
from local.site import start_stack, wait_ready
from local.stack import RESTART_INTERVAL, Stack

pytestmark = pytest.mark.whole_stack
PARTS = ("postgres", "valkey", "mail", "worker", "beat", "heartbeat", "web")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A folder with a space and a long name, used by every start of this file."""
    var = tmp_path_factory.mktemp("a folder") / ("of a very long name " * 5) / "var"
    place = Place(var)
    yield place
    shutil.rmtree(postgres.SHARED / place.key, ignore_errors=True)


def said(place: Place) -> str:
    return (place.logs / "stack.txt").read_text()


def direct_children(place: Place) -> list[int]:
    return [int(line.split()[0]) for line in (place.run / "children").read_text().splitlines()]


def children(place: Place) -> list[int]:
    """Every process of the stack, grandchildren too."""
    running = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    parents = {pid: parent_of(pid) for pid in running}
    found = direct_children(place)
    for pid in found:
        found += [each for each, parent in parents.items() if parent == pid]
    return found


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def memory_mb(pid: int) -> float:
    """Its own memory and its share of what it shares, in MB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def wait_gone(pids: list[int], seconds: float) -> list[int]:
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(map(is_alive, pids)):
        time.sleep(0.05)
    return [pid for pid in pids if is_alive(pid)]


def readiness(url: str) -> tuple[int, dict[str, str]]:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=20) as answer:
            return answer.status, json.load(answer)["parts"]
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["parts"]


def stop(process: "subprocess.Popen[bytes]", number: signal.Signals = signal.SIGTERM) -> int:
    process.send_signal(number)
    return process.wait(60)


def test_everything_starts_stops_in_order_keeps_its_data_and_survives_being_killed(
    place: Place,
) -> None:
    first = start_stack(place, demo=False)
    url = wait_ready(place, first)
    parts = children(place)

    assert readiness(url) == (200, dict.fromkeys(readiness(url)[1], "up"))
    assert len(parts) > len(PARTS)
    assert sum(map(memory_mb, parts)) < 700
    count = count_curricula(place)

    assert stop(first) == 128 + signal.SIGTERM
    assert wait_gone(parts, 1) == []
    assert not place.env_file.exists()

    second = start_stack(place, demo=False)
    wait_ready(place, second)
    parts = children(place)
    assert count_curricula(place) == count > 0

    second.kill()
    second.wait()
    assert wait_gone(parts, 10) == []

    third = start_stack(place, demo=False)
    url = wait_ready(place, third)
    assert readiness(url)[0] == 200
    assert count_curricula(place) == count

    assert_the_same_folder_is_refused(place, third)
    assert_a_part_that_hangs_is_named(place, url)
    assert stop(third, signal.SIGINT) == 0


def assert_the_same_folder_is_refused(place: Place, running: "subprocess.Popen[bytes]") -> None:
    other = start_stack(place, demo=False)

    assert other.wait(30) == 1
    assert f"already running in this folder (process {running.pid})" in said(place)


def assert_a_part_that_hangs_is_named(place: Place, url: str) -> None:
    named = {name_of(pid): pid for pid in direct_children(place)}
    os.kill(named["mail"], signal.SIGSTOP)
    try:
        status, parts = readiness(url)
    finally:
        os.kill(named["mail"], signal.SIGCONT)

    assert (status, parts["mail"]) == (503, "the SMTP server cannot be reached")
    assert parts["database"] == "up"
    assert readiness(url)[0] == 200


def name_of(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    for name, sign in {
        "mail": "local.mail_sink",
        "heartbeat": "reminders_loop",
        "beat": "\0beat\0",
        "worker": "\0worker\0",
        "web": "gunicorn",
        "valkey": "valkey-server",
        "postgres": "bin/postgres",
    }.items():
        if sign in words:
            return name
    return words


def manage(place: Place, *words: str) -> "subprocess.CompletedProcess[str]":
    env = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    return subprocess.run(
        [str(ROOT / ".venv/bin/python"), "manage.py", *words],
        cwd=ROOT,
        env=env | {"VAR": str(place.var), "DJANGO_SETTINGS_MODULE": "config.settings.local"},
        capture_output=True,
        text=True,
        check=False,
    )


def count_curricula(place: Place) -> int:
    code = "from apps.curriculum.models import Curriculum; print(Curriculum.objects.count())"
    return int(manage(place, "shell", "--no-imports", "-c", code).stdout)


def test_a_part_that_dies_for_good_stops_the_rest_and_is_named_with_its_last_words(
    place: Place,
) -> None:
    process = start_stack(place, demo=False)
    wait_ready(place, process)
    parts = children(place)
    store = next(pid for pid in direct_children(place) if name_of(pid) == "valkey")

    os.kill(store, signal.SIGKILL)

    assert process.wait(60) == 1
    assert "valkey was killed by SIGKILL. The last lines of" in said(place)
    assert "Ready to accept connections" in said(place)
    assert wait_gone(parts, 5) == []


def test_a_stack_whose_starter_was_killed_goes_down_by_itself(place: Place) -> None:
    starter = subprocess.Popen(
        [
            str(ROOT / ".venv/bin/python"),
            "-c",
            "import sys, pathlib, local.site as site, local.place as place\n"
            "site.start_stack(place.Place(pathlib.Path(sys.argv[1])), demo=False).wait()",
            str(place.var),
        ],
        cwd=ROOT,
    )
    wait_ready(place, starter)
    parts = children(place)

    starter.kill()
    starter.wait()

    assert wait_gone(parts, 30) == []


def test_two_folders_run_at_once_and_the_second_takes_the_next_free_port(
    place: Place, tmp_path: Path
) -> None:
    other = Place(tmp_path / "var")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    first = start_stack(place, port=port, demo=False)
    first_url = wait_ready(place, first)
    second = start_stack(other, port=port, demo=False)
    try:
        second_url = wait_ready(other, second)

        assert first_url == f"http://127.0.0.1:{port}"
        assert f"Port {port} is taken by another program; using" in said(other)
        assert readiness(first_url)[0] == readiness(second_url)[0] == 200
        assert first_url != second_url
    finally:
        assert stop(second) == stop(first) == 128 + signal.SIGTERM
        shutil.rmtree(postgres.SHARED / other.key, ignore_errors=True)


def test_a_worker_that_dies_is_started_again_once_a_minute_at_most(tmp_path: Path) -> None:
    stack = Stack(Place(tmp_path), port=0, demo=False, parent=None)
    with Servers.__enter__(stack):
        command = ["/bin/sh", "-c", "echo tired; exit 4"]
        worker = Child("worker", command, log=tmp_path / "worker.log", restarts=True).start()
        stack.adopt(worker)
        worker.process.wait()
        worker.started -= RESTART_INTERVAL

        stack.bury(worker)

        worker.process.wait()
        with pytest.raises(SystemExit, match="worker is gone, so everything stops"):
            stack.bury(worker)
