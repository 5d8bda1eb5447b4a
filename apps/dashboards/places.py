"""Where a learner stands with a video, in one word: the steps of its funnel. Pure."""

from enum import StrEnum

from apps.dashboards.curves import COMPLETED, OPEN, Standing

_REWATCHES = (None, "due", "overdue")


class Place(StrEnum):
    """Everyone stands in exactly one place, in this order."""

    NOT_BEGUN = "not_begun"
    IN_FIRST = "first_pass"
    WAITING = "waiting"
    DUE = "due"
    OVERDUE = "overdue"
    IN_SECOND = "second_pass"
    DONE = "done"


def place_of(standing: Standing) -> Place:
    """A second pass says more than a first one; a promise counts only between the two."""
    if standing.second == COMPLETED:
        return Place.DONE
    if standing.second == OPEN:
        return Place.IN_SECOND
    if standing.first != COMPLETED:
        return Place.IN_FIRST if standing.first == OPEN else Place.NOT_BEGUN
    rewatch = _REWATCHES[standing.rewatch]
    return Place(rewatch) if rewatch else Place.WAITING
