"""Cases that schemathesis makes up from the schema, asked by each of the cast: nothing breaks, and what
is answered is what the schema says. `python -m tests.cases` asks thousands more of a running site.

Some of the made-up ids are exchanged for real ones, or nearly everything would be a 404.
"""

import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

import hypothesis
import pytest
import schemathesis
import time_machine
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase
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

# For each operation, person and kind of case.
CASES = int(os.environ.get("API_CASES", "5"))
PEOPLE = ("nobody", "learner", "instructor", "observer", "stranger")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@pytest.mark.parametrize("person", PEOPLE)
def test_whatever_the_schema_allows_is_answered_as_it_says(
    person: str,
    cast: dict[str, User | None],  # noqa: F811 - the fixture
    places: dict[str, str],  # noqa: F811 - the fixture
    now: datetime,
    settings: Any,
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 0
    user = cast[person]
    headers = {}
    if user is not None:
        token = make_token(user=user, name="All", scopes=SCOPES, now=now).text
        headers["Authorization"] = f"Bearer {token}"
    ask = asker(headers, places)

    with time_machine.travel(now + timedelta(days=1), tick=False):
        for operation in published():
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                run(operation, mode, ask)


def published() -> list[Any]:
    import json

    schema = schemathesis.openapi.from_dict(json.loads(schema_json()))
    return [found.ok() for found in schema.get_all_operations()]


def run(operation: Any, mode: GenerationMode, ask: Callable[[Any], None]) -> None:
    try:
        strategy = operation.as_strategy(generation_mode=mode)
    except Exception as e:
        print("NOSTRAT", operation.label, mode, repr(e)[:200])
        return

    @hypothesis.settings(
        max_examples=CASES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(strategy)
    def each(case: Any) -> None:
        ask(case)

    each()


def asker(headers: Mapping[str, str], places: Mapping[str, str]) -> Callable[[Any], None]:  # noqa: F811
    application = get_wsgi_application()
    chance = Random(0)

    def ask(case: Any) -> None:
        if case.path_parameters:
            for name in case.path_parameters:
                if name in places and chance.random() < 0.8:
                    case.path_parameters[name] = places[name]
        # Each finds the world as it was.
        with transaction.atomic():
            response = case.call(
                base_url="http://testserver", app=application, headers=dict(headers)
            )
            transaction.set_rollback(True)
        STAT[response.status_code] = STAT.get(response.status_code, 0) + 1
        case.validate_response(response, checks=CHECKS)

    return ask

STAT = {}
