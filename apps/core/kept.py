"""Finished HTML that is asked for again and again, kept in this process up to a number of characters."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Final

from django.utils.safestring import SafeString

# A text that would take more than this part of the room is made anew each time.
LARGEST_PART: Final = 1 / 100


class KeptHtml:
    """Pieces of HTML by their key; those not asked for the longest go first.

    A key names everything that decides its piece, the language included. Safe for several threads.
    """

    def __init__(self, *, characters: int) -> None:
        self._room = characters
        self._used = 0
        self._pieces: OrderedDict[Hashable, SafeString] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> SafeString | None:
        with self._lock:
            piece = self._pieces.get(key)
            if piece is not None:
                self._pieces.move_to_end(key)
            return piece

    def keep(self, key: Hashable, piece: SafeString) -> None:
        if len(piece) > self._room * LARGEST_PART:
            return
        with self._lock:
            before = self._pieces.pop(key, None)
            self._used += len(piece) - (0 if before is None else len(before))
            self._pieces[key] = piece
            while self._used > self._room:
                _, gone = self._pieces.popitem(last=False)
                self._used -= len(gone)
