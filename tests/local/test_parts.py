"""The small parts of the supervisor, without the stack."""

import io
import json
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from local.child import Child, is_alive, process_state, wait_until
from local.clerk import serve
from local.listening import listen, port_of
from local.place import SOCKET_DIRECTORY_BYTES, Place
from local.postgres import _wait_for_the_last_owner
from local.template_lint import findings


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        with listen(taken) as ours:
            assert taken < port_of(ours) or port_of(ours) > 0
            assert port_of(ours) != taken


def test_a_long_path_gets_its_sockets_a_short_folder_of_its_own(tmp_path: Path) -> None:
    place = Place(tmp_path / ("deep" * 30))

    folder = place.socket_directory(place.run, prefix="second-pass-test")

    assert len(str(folder)) <= SOCKET_DIRECTORY_BYTES
    assert place.key in folder.name
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.rmdir()


def test_a_dead_child_says_how_it_ended_and_its_last_words(tmp_path: Path) -> None:
    child = Child("clerk", ["/bin/sh", "-c", "echo no ink; exit 3"], log=tmp_path / "log").start()

    with pytest.raises(SystemExit, match=r"clerk ended with 3\.(.|\n)*no ink"):
        wait_until(lambda: False, what="the clerk", child=child)


def test_a_child_that_ignores_its_signal_is_killed_with_its_own_children(tmp_path: Path) -> None:
    script = "trap '' TERM; sleep 61 & echo $!; wait; wait"
    child = Child("mule", ["/bin/sh", "-c", script], log=tmp_path / "log", grace=0.3).start()
    wait_until(lambda: bool((tmp_path / "log").read_text()), what="the mule", child=child)
    grandchild = int((tmp_path / "log").read_text())

    child.ask_to_stop()
    child.wait_stopped()

    assert child.process.returncode == -signal.SIGKILL
    # The kernel ends a killed process when it next comes to it.
    end = time.monotonic() + 10
    while is_alive(grandchild) and time.monotonic() < end:
        time.sleep(0.01)
    assert not is_alive(grandchild)


def test_the_lock_file_of_a_postmaster_that_is_a_zombie_is_dropped(tmp_path: Path) -> None:
    pidfile = tmp_path / "postmaster.pid"
    zombie = subprocess.Popen(["/bin/true"])
    while process_state(zombie.pid) != "Z":
        pass
    pidfile.write_text(f"{zombie.pid}\n/data\n")

    _wait_for_the_last_owner(pidfile)

    assert not pidfile.exists()
    zombie.wait()


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ('<p style="color: red">', "1: inline styles"),
        ("\n<a onclick='go()'>", "2: inline handlers"),
        ("<script>go()</script>", "1: inline scripts"),
        ("{% trans 'Hello' %}", "1: write translate"),
        ("{% blocktranslate %}Hello{% endblocktranslate %}", "1: blocktranslate needs"),
        ("<img src='/a.png'>", "1: an image needs alt"),
    ],
)
def test_a_template_that_breaks_a_rule_is_found(tmp_path: Path, text: str, finding: str) -> None:
    template = tmp_path / "page.html"
    template.write_text(text)

    assert [found.split("page.html:")[1][: len(finding)] for found in findings(template)] == [
        finding
    ]


def test_a_template_that_keeps_the_rules_passes(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(
        "{# <p style='x'> #}<script src='/a.js'></script><img alt='' src='/a.png'>"
        "{% blocktranslate trimmed with name=a %}Hello {{ name }}{% endblocktranslate %}"
    )

    assert list(findings(template)) == []


def test_the_clerk_answers_what_was_printed_and_tells_of_an_error_and_goes_on() -> None:
    asked = ["print(6 * 7)", "print('so far')\nboom", "print('still here')"]
    answers = io.StringIO()

    serve(io.StringIO("".join(f"{json.dumps(code)}\n" for code in asked)), answers)

    first, second, third = map(json.loads, answers.getvalue().splitlines())
    assert first == {"said": "42\n", "error": ""}
    assert second["said"] == "so far\n"
    assert "NameError: name 'boom' is not defined" in second["error"]
    assert third == {"said": "still here\n", "error": ""}
