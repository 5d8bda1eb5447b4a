"""The supervisor with every real part: start, stop, kill, start again, broken parts, odd paths."""

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import postgres
from local.child import is_alive
from local.place import ROOT, Place
from local.site import start_stack, wait_ready

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


def children(place: Place) -> list[int]:
    """Every process of the stack, grandchildren too."""
    direct = [int(line.split()[0]) for line in (place.run / "children").read_text().splitlines()]
    found = set(direct)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and session_of(int(entry.name)) in direct:
            found.add(int(entry.name))
    return sorted(found)


def session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


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
    pids = [int(line.split()[0]) for line in (place.run / "children").read_text().splitlines()]
    named = {name_of(pid): pid for pid in pids}
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
    direct = [int(line.split()[0]) for line in (place.run / "children").read_text().splitlines()]
    store = next(pid for pid in direct if name_of(pid) == "valkey")

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
