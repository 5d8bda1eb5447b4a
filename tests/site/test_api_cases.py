"""Cases that schemathesis makes up from the schema, right ones and wrong ones, each asked by everybody of
the cast: nothing breaks, and every answer is one that the schema announces.

`make api-cases` asks many thousands, other ones each time (API_CASES for each operation). Some of the
made-up ids are exchanged for real ones, or nearly everything would be a 404.
"""

import json
import logging
import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

import hypothesis
import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Unsatisfiable
from pytest_django import Settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.accounts.models import User
from apps.accounts.tokens import make_token
from apps.core.api.documents import schema_json
from apps.core.api.operations import SCOPES
from tests.site.test_api_access import cast, places  # noqa: F401 - fixtures

logger = logging.getLogger(__name__)
CASES = int(os.environ.get("API_CASES", "0"))
CASES_IN_SHORT = 2
REAL_SHARE = 0.8
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# Names in bodies and queries, and a value that there is.
REAL = {"cohort": "autumn", "video": "first", "number": 1, "code": "the-code"}


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """As with Django's own test client: the test's transaction outlives a request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


class Asker:
    """Asks one case as everybody."""

    def __init__(self, people: Mapping[str, str], places: Mapping[str, str]) -> None:  # noqa: F811 - no fixture
        self.tokens, self.places = people, places
        self.application = get_wsgi_application()
        self.chance = Random(0)  # noqa: S311 - chance, not a secret
        self.asked = 0

    def ask(self, case: Any) -> None:
        self._make_real(case.path_parameters, self.places)
        for part in (case.query, case.body):
            self._make_real(part, REAL | {"viewing": self.places["viewing_id"]})
        for token in self.tokens.values():
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            # Each finds the world as it was.
            with transaction.atomic():
                response = case.call(
                    base_url="http://testserver", app=self.application, headers=headers
                )
                transaction.set_rollback(True)
            self.asked += 1
            case.validate_response(response, checks=CHECKS)

    def _make_real(self, part: Any, real: Mapping[str, Any]) -> None:
        # Only what was right anyway: a case that is to be wrong stays wrong.
        if isinstance(part, dict):
            for name, value in part.items():
                known = real.get(name)
                if known is not None and type(value) is type(known):
                    part[name] = known if self.chance.random() < REAL_SHARE else value


def test_whatever_is_asked_is_answered_as_the_schema_says(
    cast: dict[str, User | None],  # noqa: F811 - the fixture
    places: dict[str, str],  # noqa: F811 - the fixture
    now: datetime,
    settings: Settings,
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 0
    tokens = {
        name: make_token(user=user, name="All", scopes=SCOPES, now=now).text if user else ""
        for name, user in cast.items()
        if CASES or name not in {"cohort_mate", "other_instructor"}
    }
    asker = Asker(tokens, places)
    schema = schemathesis.openapi.from_dict(json.loads(schema_json()))

    with time_machine.travel(now + timedelta(days=1), tick=False):
        for found in schema.get_all_operations():
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                ask_made_up(found.ok(), mode, asker)  # type: ignore[union-attr]  # or the schema is wrong

    logger.info("%d requests", asker.asked)
    assert asker.asked > len(tokens) * 100


def ask_made_up(operation: Any, mode: GenerationMode, asker: Asker) -> None:
    """The same cases every time in the short run; other ones each time in the long one."""

    @hypothesis.settings(
        max_examples=CASES or CASES_IN_SHORT,
        deadline=None,
        derandomize=not CASES,
        database=None,
        # The case that failed is shown as it was: making it smaller takes longer than all others.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(operation.as_strategy(generation_mode=mode))
    def each(case: Any) -> None:
        asker.ask(case)

    try:
        each()
    except Unsatisfiable:
        # A path of one free text cannot be wrong.
        assert mode is GenerationMode.NEGATIVE, operation.label
