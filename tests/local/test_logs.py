"""An error of a page on one's own machine leaves its traceback where one looks for it."""

import os
import subprocess
import sys

from local.place import ROOT

BREAK = """
import django
django.setup()
from django.core.handlers.exception import response_for_exception
from django.test import RequestFactory
try:
    raise RuntimeError("the page broke")
except RuntimeError as error:
    response_for_exception(RequestFactory().get("/api/"), error)
"""


def test_an_error_of_a_page_is_written_with_its_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BREAK],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.local"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Internal Server Error: /api/" in done.stderr
    assert done.stderr.count("RuntimeError: the page broke") == 1
