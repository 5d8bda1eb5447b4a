"""The charts of a cohort as figures, out of what its rows keep. Pure. Definitions: docs/figures.md."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from apps.curriculum.outline import VideoOutline
from apps.dashboards.curves import COMPLETED, MOST_WEEKS, STANDINGS, UNTOUCHED, Curves
from apps.dashboards.places import Place, place_of


@dataclass(frozen=True, slots=True)
class Steps:
    """How many learners came how far with one video; `places` has everyone once."""

    video: VideoOutline
    first_opened: int
    first_done: int
    second_opened: int
    second_done: int
    light: int
    places: dict[Place, int]
    # The median of the completed second passes; None while there is none.
    effort_ratio: float | None


def funnel(videos: Sequence[VideoOutline], rows: Sequence[Curves]) -> list[Steps]:
    """Every video in order with its learners counted."""
    standings = b"".join(row.standings for row in rows)
    steps = []
    for place, video in enumerate(videos):
        column = standings[place :: len(videos)]
        counts = {
            standing: count
            for code, standing in enumerate(STANDINGS)
            if (count := column.count(code))
        }
        places = dict.fromkeys(Place, 0)
        for standing, count in counts.items():
            places[place_of(standing)] += count
        ratios = [row.ratios[place] for row in rows if row.ratios[place]]
        done = sum(count for each, count in counts.items() if each.second == COMPLETED)
        # Passes without any time of their own count as 0, as everywhere.
        ratios += [0] * (done - len(ratios))
        steps.append(
            Steps(
                video=video,
                first_opened=sum(n for each, n in counts.items() if each.first != UNTOUCHED),
                first_done=sum(n for each, n in counts.items() if each.first == COMPLETED),
                second_opened=sum(n for each, n in counts.items() if each.second != UNTOUCHED),
                second_done=done,
                light=sum(n for each, n in counts.items() if each.is_light),
                places=places,
                effort_ratio=median(ratios) / 1000 if ratios else None,
            )
        )
    return steps


@dataclass(frozen=True, slots=True)
class PaceWeek:
    """Seconds done by the end of the n-th own week: quartiles of the `learners` for whom it is over."""

    number: int
    planned: float
    low: float
    middle: float
    high: float
    learners: int


def pace(rows: Sequence[Curves], *, planned: Callable[[int], float]) -> list[PaceWeek]:
    """One for each week that is over for somebody, seconds added up from their own beginning."""
    weeks: list[PaceWeek] = []
    for index in range(MOST_WEEKS):
        done = sorted(row.weeks[index] for row in rows if len(row.weeks) > index)
        if not done:
            break
        weeks.append(
            PaceWeek(
                number=index + 1,
                planned=planned(index + 1),
                low=quantile(done, 1, 4),
                middle=quantile(done, 2, 4),
                high=quantile(done, 3, 4),
                learners=len(done),
            )
        )
    return weeks


def quantile(ordered: Sequence[float], part: int, of: int) -> float:
    """Between the two neighbours, in proportion, as `statistics.quantiles` says it of `inclusive`."""
    place, rest = divmod((len(ordered) - 1) * part, of)
    if not rest:
        return ordered[place]
    return (ordered[place] * (of - rest) + ordered[place + 1] * rest) / of


@dataclass(frozen=True, slots=True)
class DebtDay:
    """Rewatches that were due at the end of a day and not done, and how many of them were overdue; today: now."""

    day: date
    due: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Debts:
    """`since`: the first day of which it is known, where that is not the first one asked for."""

    days: list[DebtDay]
    since: date | None


def debts(days: Sequence[date], rows: Sequence[Curves]) -> Debts:
    """The debt of the cohort's learners of today, day by day, as far back as all of it is known."""
    since = max((row.known_from for row in rows if row.known_from is not None), default=None)
    due = b"".join(row.due for row in rows)
    overdue = b"".join(row.overdue for row in rows)
    counted = [
        DebtDay(day, sum(due[place :: len(days)]), sum(overdue[place :: len(days)]))
        for place, day in enumerate(days)
    ]
    if since is None or not days or since <= days[0]:
        return Debts(counted, None)
    # The last one is as it stands now, and that is always known.
    return Debts([each for each in counted[:-1] if each.day >= since] + counted[-1:], since)
