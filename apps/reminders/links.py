"""Links in mails: what they do, signed, in the address itself, and good for ever.

A link names its learner and carries absolute dates: following it twice is the same as once, and a link of last month
means what it said. Nothing is looked up and nothing expires. A link only names an action; following it shows a page
with a button.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from django.conf import settings
from django.urls import get_script_prefix, reverse

from apps.reminders import signing

PURPOSE = "link"


class Action(StrEnum):
    SNOOZE = "s"
    PAUSE = "p"
    UNSUBSCRIBE = "u"
    RECALL = "r"
    DIGEST_OFF = "d"


@dataclass(frozen=True, slots=True)
class Link:
    """`on` is the day a snooze or a pause leads to (a snooze without one asks for it), or the day of the message
    that a recall `answer` answers; `rewatches` are the ids it is about."""

    action: Action
    user_id: int
    on: date | None = None
    rewatches: tuple[int, ...] = ()
    answer: str = ""


def token_for(link: Link) -> str:
    text = ":".join(
        [
            link.action.value,
            str(link.user_id),
            link.on.isoformat() if link.on else "",
            "-".join(str(rewatch_id) for rewatch_id in link.rewatches),
            *([link.answer] if link.answer else []),
        ]
    )
    return f"{packed(text.encode())}.{packed(signing.mac(PURPOSE, text))}"


def link_of(token: str) -> Link | None:
    """The link that this token is, or None for one we did not make."""
    packed, _, claimed = token.partition(".")
    try:
        text = unpacked(packed).decode()
        if not signing.is_genuine(PURPOSE, text, unpacked(claimed)):
            return None
    except ValueError:  # not base64, or not text
        return None
    # Whatever carries our signature was written by `token_for`.
    action, user_id, on, rewatches, *answers = text.split(":")
    return Link(
        action=Action(action),
        user_id=int(user_id),
        on=date.fromisoformat(on) if on else None,
        rewatches=tuple(int(rewatch_id) for rewatch_id in rewatches.split("-") if rewatch_id),
        answer="".join(answers),
    )


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def snooze_address(*, user_id: int, rewatches: Iterable[int], on: date | None) -> str:
    """Without a day, the page asks for one."""
    return _address(Link(Action.SNOOZE, user_id, on, tuple(rewatches)))


def recall_address(*, user_id: int, rewatch_id: int, answer: str, asked_on: date) -> str:
    return _address(Link(Action.RECALL, user_id, asked_on, (rewatch_id,), answer))


def pause_address(*, user_id: int, on: date) -> str:
    return _address(Link(Action.PAUSE, user_id, on))


def unsubscribe_address(*, user_id: int) -> str:
    return _address(Link(Action.UNSUBSCRIBE, user_id))


def digest_off_address(*, user_id: int) -> str:
    return _address(Link(Action.DIGEST_OFF, user_id))


def path_of(link: Link) -> str:
    return _path_before(get_script_prefix()) + f"{token_for(link)}/"


@cache
def _path_before(prefix: str) -> str:
    """What stands before a token, which needs no quoting: a mail has a dozen of these addresses."""
    return reverse("reminders:action", kwargs={"token": "x"}).removesuffix("x/")


def _address(link: Link) -> str:
    return absolute(path_of(link))


def packed(content: bytes) -> str:
    """Bytes as letters of an address."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def unpacked(text: str) -> bytes:
    """What `packed` wrote, in its one way of writing; else ValueError."""
    content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if packed(content) != text:  # the last character has bits that say nothing
        raise ValueError
    return content
