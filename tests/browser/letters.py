"""The mail that was really sent, as the sink of the stack keeps it."""

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

from local.site import Site

LINK = re.compile(r"https?://\S+")


def wait_for_letters(site: Site, to: str, count: int, *, seconds: float = 60) -> list[EmailMessage]:
    """All letters to this address, oldest first, once there are `count` of them."""
    end = time.monotonic() + seconds
    while len(found := letters_to(site, to)) < count:
        if time.monotonic() > end:
            raise AssertionError(f"{len(found)} letters to {to} within {seconds} s, not {count}")
        time.sleep(0.1)
    return found


def letters_to(site: Site, to: str) -> list[EmailMessage]:
    """The letters to this address so far, oldest first."""
    read = (message_from_bytes(path.read_bytes(), policy=policy.default) for path in site.letters())
    return [letter for letter in read if letter["To"] == to]


def text_of(letter: EmailMessage, kind: str = "plain") -> str:
    """The part of this kind, "plain" or "html"."""
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def code_of(letter: EmailMessage) -> str:
    """The code of a letter that confirms an address."""
    found = re.search(r"^ {4}(\S+)\s*$", text_of(letter), re.MULTILINE)
    assert found
    return found[1]


def links_of(letter: EmailMessage) -> list[str]:
    """Every address in the text part, in order."""
    return LINK.findall(text_of(letter))
