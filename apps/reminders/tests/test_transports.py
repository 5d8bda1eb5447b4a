"""Crash policies and evidence by themselves: what follows a message whose fate nobody knows."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from apps.reminders.transports import Unknown, Verdict
from apps.reminders.transports.evidence import PostfixLog, SinkFolder
from apps.reminders.transports.policies import BlindTransport, EvidenceTransport, KeyTransport

FENCED_AT = datetime(2026, 11, 6, 18, 15, tzinfo=UTC)


def verdict(transport: BlindTransport | KeyTransport, *, hours: float, times: int = 0) -> Verdict:
    unknown = Unknown("<rm.a@example.org>", FENCED_AT, times)
    return transport.verdicts([unknown], at=FENCED_AT + timedelta(hours=hours))[0]


def test_each_policy_says_when_it_sends_again() -> None:
    key = KeyTransport(header="X-Key", keeps=timedelta(hours=24))

    for times, minutes in enumerate([1, 2, 4, 8, 16, 32, 64]):
        too_early = verdict(BlindTransport(), hours=(minutes - 0.1) / 60, times=times)
        assert (too_early, verdict(BlindTransport(), hours=minutes / 60, times=times)) == (
            Verdict.WAIT,
            Verdict.AGAIN,
        )
    assert verdict(key, hours=23.8, times=5) is Verdict.AGAIN
    assert verdict(key, hours=23.9) is Verdict.ASSUMED


class Says:
    """Evidence that always says the same."""

    def __init__(self, answer: bool | None) -> None:
        self.answer = answer

    def seen(self, message_ids: object, *, since: datetime) -> dict[str, bool | None]:
        return {"<rm.a@example.org>": self.answer}


@pytest.mark.parametrize(
    ("answer", "hours", "follows"),
    [
        (True, 1, Verdict.ARRIVED),
        (False, 1, Verdict.AGAIN),
        (None, 1, Verdict.WAIT),
        (None, 73, Verdict.ASSUMED),
    ],
)
def test_evidence_that_is_silent_never_sends_again(
    answer: bool | None, hours: int, follows: Verdict
) -> None:
    unknown = Unknown("<rm.a@example.org>", FENCED_AT)
    at = FENCED_AT + timedelta(hours=hours)

    assert EvidenceTransport(Says(answer)).verdicts([unknown], at=at) == [follows]


POSTFIX = """\
2026-11-06T18:00:00.1+00:00 mail postfix/smtpd[1]: connect from localhost[127.0.0.1]
2026-11-06T18:15:01.2+00:00 mail postfix/cleanup[2]: 4AAA: message-id=<in@example.org>
2026-11-06T18:15:01.3+00:00 mail postfix/qmgr[3]: 4AAA: from=<a@b>, size=1, nrcpt=1 (queue active)
2026-11-06T18:15:02.4+00:00 mail postfix/cleanup[2]: 4BBB: message-id=<cut@example.org>
2026-11-06T18:15:03.5+00:00 mail postfix/smtpd[1]: lost connection after DATA from localhost
"""
OLD_FORM = """\
Nov  6 18:00:00 mail postfix/smtpd[1]: connect from localhost[127.0.0.1]
Nov  6 18:15:01 mail postfix/cleanup[2]: 4AAA: message-id=<in@example.org>
Nov  6 18:15:01 mail postfix/qmgr[3]: 4AAA: from=<a@b>, size=1, nrcpt=1 (queue active)
Nov  6 18:15:02 mail postfix/cleanup[2]: 4BBB: message-id=<cut@example.org>
Nov  6 18:15:03 mail postfix/smtpd[1]: lost connection after DATA from localhost
"""
ASKED = ["<in@example.org>", "<cut@example.org>", "<never@example.org>"]


@pytest.mark.parametrize("text", [POSTFIX, OLD_FORM])
def test_a_postfix_log_tells_queued_from_cut_off_and_from_never_seen(
    text: str, tmp_path: Path
) -> None:
    log = tmp_path / "mail.log"
    log.write_text(text)

    seen = PostfixLog(log).seen(ASKED, since=FENCED_AT)

    assert seen == dict(zip(ASKED, [True, None, False], strict=True))


@pytest.mark.parametrize(
    "since", [datetime(2026, 11, 6, 17, tzinfo=UTC), datetime(2026, 11, 6, 19, tzinfo=UTC)]
)
def test_a_postfix_log_that_does_not_cover_the_moment_proves_no_absence(
    since: datetime, tmp_path: Path
) -> None:
    log = tmp_path / "mail.log"
    log.write_text(POSTFIX)

    assert PostfixLog(log).seen(["<never@example.org>"], since=since) == {
        "<never@example.org>": None
    }


def test_a_rotated_postfix_log_is_read_on(tmp_path: Path) -> None:
    head, tail = POSTFIX.splitlines(keepends=True)[:2], POSTFIX.splitlines(keepends=True)[2:]
    (tmp_path / "mail.log.1").write_text("".join(head))
    (tmp_path / "mail.log").write_text("".join(tail))

    seen = PostfixLog(tmp_path / "mail.log").seen(ASKED, since=FENCED_AT)

    assert seen == dict(zip(ASKED, [True, None, False], strict=True))


def test_a_folder_that_is_not_there_proves_nothing(tmp_path: Path) -> None:
    assert SinkFolder(tmp_path / "none").seen(ASKED, since=FENCED_AT) == dict.fromkeys(ASKED)
