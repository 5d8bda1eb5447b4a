"""How long a second pass will take (rule 9 of the method). Pure."""

DEFAULT_RATIO = 2.5
# From so many second passes on, the learner's own median says more than the rule of thumb.
OWN_RATIO_FROM = 3


def own_ratio(*, second_passes: int, effort_ratio: float | None) -> float | None:
    """The learner's median effort ratio, once there are three second passes to take it from."""
    return effort_ratio if second_passes >= OWN_RATIO_FROM else None


def budget_seconds(*, duration: float, own_ratio: float | None) -> float:
    """Seconds for a whole second pass of a video of `duration` seconds."""
    return duration * (own_ratio or DEFAULT_RATIO)


def seconds_left(*, duration: float, own_ratio: float | None, covered: float) -> float:
    """Seconds for what is left of it when the share `covered` (0 to 1) was rewatched."""
    return budget_seconds(duration=duration, own_ratio=own_ratio) * (1 - min(1.0, covered))
