"""A program of somebody's own that speaks REST: no browser, no cookies, only a token."""

import json
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.browser.watching import PASSWORD


@dataclass
class Script:
    """`token` is made by `sign_in`; every call answers the status and the decoded JSON."""

    site_url: str
    token: str = ""
    client: str = field(default_factory=lambda: str(uuid.uuid4()))

    def sign_in(self, email: str, *scopes: str, password: str = PASSWORD) -> None:
        status, made = self.call(
            "POST",
            "tokens/",
            {"email": email, "password": password, "name": "A script", "scopes": scopes},
        )
        assert status == 201, made
        self.token = made["token"]

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        request = urllib.request.Request(
            f"{self.site_url}/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {self.token}"} if self.token else {}),
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def read(self, path: str) -> Any:
        status, answer = self.call("GET", path)
        assert status == 200, answer
        return answer

    def watch(self, viewing: str, *, opened: float, seconds: int) -> None:
        """Report a film of this length in two parts, once the wall clock allows it: half its length after `opened`
        (of `time.monotonic()`)."""
        time.sleep(max(0.0, opened + seconds / 2 + 1 - time.monotonic()))
        half, end = seconds * 500, seconds * 1000
        ended = datetime.now(UTC)
        for sequence, played in enumerate([[0, half], [half, end]]):
            status, answer = self.call(
                "POST",
                f"viewings/{viewing}/heartbeats/",
                {
                    "client": self.client,
                    "sequence": sequence,
                    "played": [played],
                    "active": [[ended.replace(microsecond=0).isoformat(), ended.isoformat()]],
                    "pauses": 0,
                    "rate": 2,
                },
            )
            assert status == 202, answer
            assert answer["refused"] == [], answer
