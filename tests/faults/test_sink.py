"""The mail sink of one's own machine and the evidence out of its folder speak of the same names."""

from datetime import UTC, datetime
from pathlib import Path

from apps.reminders.transports.evidence import SinkFolder
from local.mail_sink import stored_name

MESSAGE_ID = "<rm.abcdefghijklmnopqrstuvwxyz@example.org>"


def test_a_stored_message_is_found_again_by_its_message_id(tmp_path: Path) -> None:
    content = f"Subject: x\r\nMessage-ID: {MESSAGE_ID}\r\n\r\nMessage-ID: <no@one>\r\n".encode()
    (tmp_path / f"20261106T181500.0-1-{stored_name(content)}.eml").write_bytes(content)

    seen = SinkFolder(tmp_path).seen([MESSAGE_ID, "<no@one>"], since=datetime.now(UTC))

    assert seen == {MESSAGE_ID: True, "<no@one>": False}
