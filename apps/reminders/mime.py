"""The bytes of a mail, the same for every try: text and HTML side by side, quoted-printable, CRLF.

Written out by hand, since the email package takes longer for it than everything else of a mail together.
"""

import binascii
from collections.abc import Mapping
from email.header import Header
from email.utils import formataddr


def mail_bytes(
    *,
    sender: tuple[str, str],
    to: str,
    subject: str,
    text: str,
    html: str,
    headers: Mapping[str, str],
    boundary: str,
) -> bytes:
    """A `multipart/alternative` message (RFC 2046). `sender` is a name and an address.

    Addresses and `headers` are ASCII. Each header is one line: some relays sign it as it stands and check it unfolded.
    """
    lines = [
        f"From: {formataddr(sender)}",
        f"To: {to}",
        f"Subject: {_encoded(subject)}",
        *(f"{name}: {value}" for name, value in headers.items()),
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        "",
        "",
    ]
    parts = b"".join(
        f"--{boundary}\r\n"
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
        + _quoted(content)
        + b"\r\n"
        for subtype, content in (("plain", text), ("html", html))
    )
    return "\r\n".join(lines).encode("ascii") + parts + f"--{boundary}--\r\n".encode()


def _encoded(subject: str) -> str:
    """As an encoded word where it is not ASCII (RFC 2047)."""
    if subject.isascii():
        return subject
    return Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _quoted(content: str) -> bytes:
    """Quoted-printable (RFC 2045, 6.7), with lines of 76 characters at most."""
    ends = content.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    return binascii.b2a_qp(ends.encode(), istext=True)
