"""What holds for every test: compiled translations, no silent skip, no socket out."""

import os
import socket
from collections.abc import Generator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from apps.core.catalogues import compile_catalogues

ROOT = Path(__file__).resolve().parent
WAY_OUT = (
    "Tests need servers: use `make test-fast T=...`, or set DATABASE_URL, BROKER_URL, CACHE_URL."
)


def pytest_configure(config: pytest.Config) -> None:
    if "DATABASE_URL" not in os.environ:
        raise pytest.UsageError(WAY_OUT)
    if not hasattr(config, "workerinput"):
        compile_catalogues(root=ROOT / "locale")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that could not run has not passed: a skip is a failure with its reason."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"A skipped test counts as failed. {reason}"
    return report


@pytest.fixture(autouse=True)
def own_language() -> Generator[None, None, None]:
    """A request leaves its reader's language behind in its thread; the next test begins without it."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def no_socket_out() -> Generator[None, None, None]:
    """Only this machine may be talked to."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            if host != "localhost" and not ip_address(host).is_loopback:
                raise OSError(f"a test tried to reach {host}")
        real(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", connect)
    yield
    patch.undo()
