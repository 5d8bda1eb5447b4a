"""When a pass is completed, and what is honestly said about it. Pure.

Rules 2 and 6 of the method: 95 % of the video for a first pass, 90 % and a note for a second one;
a second pass under twice the video's length, or in a coding video without typed code or without
an experiment, is a light one.
"""

from dataclasses import dataclass

from apps.progress.models import FIRST_PASS, SECOND_PASS, Evidence

FIRST_PASS_SHARE = 0.95
SECOND_PASS_SHARE = 0.90
AIM_RATIO = 2.0
AIM_RATIO_TOP = 3.0

LIGHT = "light"
LOW_EFFORT = "low_effort"
NO_CODE = "no_code"
NO_EXPERIMENT = "no_experiment"
MOSTLY_BACKGROUND = "mostly_background"


@dataclass(frozen=True, slots=True)
class PassFacts:
    """What the flags of one completed viewing are judged by; times in seconds."""

    number: int
    evidence: str
    duration_seconds: int
    active_seconds: int
    is_coding: bool
    code_count: int
    experiment_count: int
    typed_share: float | None


def needed_share(number: int) -> float:
    """The share of the video that has to be played for this number of pass."""
    return FIRST_PASS_SHARE if number == FIRST_PASS else SECOND_PASS_SHARE


def share_covered(covered_ms: int, duration_seconds: int) -> float:
    """0.0 to 1.0."""
    return min(1.0, covered_ms / (duration_seconds * 1000))


def is_covered(*, number: int, covered_ms: int, duration_seconds: int) -> bool:
    return share_covered(covered_ms, duration_seconds) >= needed_share(number)


def effort_ratio(active_seconds: int, duration_seconds: int) -> float:
    """Active time of a second pass over the whole length of the video; the method aims at 2 to 3."""
    return active_seconds / duration_seconds


def flags(facts: PassFacts) -> list[str]:
    """What is shown beside a completed pass, without scolding; `light` stands before its reasons."""
    if facts.number == FIRST_PASS:
        hidden = (
            facts.evidence == Evidence.TRACKED and facts.active_seconds * 2 < facts.duration_seconds
        )
        return [MOSTLY_BACKGROUND] if hidden else []
    if facts.number != SECOND_PASS:
        return []
    reasons = []
    if effort_ratio(facts.active_seconds, facts.duration_seconds) < AIM_RATIO:
        reasons.append(LOW_EFFORT)
    if facts.is_coding and (facts.code_count == 0 or facts.typed_share == 0):
        reasons.append(NO_CODE)
    if facts.is_coding and facts.experiment_count == 0:
        reasons.append(NO_EXPERIMENT)
    if reasons or facts.evidence == Evidence.SELF_REPORTED:
        return [LIGHT, *reasons]
    return []
