"""What the logs keep: an error's traceback, and no key that opens something."""

import os
import subprocess
import sys

import pytest

from config.access_log import CleanAtoms
from local.place import ROOT

BREAK = """
import django
django.setup()
from django.core.handlers.exception import response_for_exception
from django.test import RequestFactory
try:
    raise RuntimeError("the page broke")
except RuntimeError as error:
    response_for_exception(RequestFactory().get("/api/join/Zm9v/"), error)
"""


def test_an_error_of_a_page_is_written_with_its_traceback_and_without_its_key() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BREAK],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.local"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Internal Server Error: /api/join/.../" in done.stderr
    assert done.stderr.count("RuntimeError: the page broke") == 1


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("GET /r/aB3-x_9.sig/ HTTP/1.1", "GET /r/.../ HTTP/1.1"),
        ("POST /join/Zm9v/?next=/c/ HTTP/1.1", "POST /join/.../?next=/c/ HTTP/1.1"),
        ("/accounts/password/reset/key/1-abc/", "/accounts/password/reset/key/.../"),
        ("https://learn.example.org/join/Zm9v", "https://learn.example.org/join/..."),
        ("GET /api/v1/calendar/12-aB3-x_9.ics HTTP/1.1", "GET /api/v1/calendar/... HTTP/1.1"),
        ("GET /c/autumn-26/roadmap/ HTTP/1.1", "GET /c/autumn-26/roadmap/ HTTP/1.1"),
    ],
)
def test_the_access_log_keeps_no_key_of_a_link(line: str, kept: str) -> None:
    assert CleanAtoms({"r": line})["r"] == kept
