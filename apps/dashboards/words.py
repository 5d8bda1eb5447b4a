"""The dashboard's verdicts and reasons as whole sentences of the reader's language."""

from collections.abc import Callable
from datetime import date

from django.utils.functional import Promise
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from apps.core.dates import date_words
from apps.core.durations import duration_short
from apps.curriculum.outline import Outline
from apps.dashboards import attention
from apps.dashboards.attention import Code, Reason, Status
from apps.dashboards.board import Board
from apps.dashboards.rows import LearnerRow
from apps.progress.glance import OpenPass
from apps.progress.models import FIRST_PASS

STATUSES: dict[Status, str | Promise] = {
    Status.NEEDS_HELP: pgettext_lazy("status of a learner", "needs you"),
    Status.FINE: pgettext_lazy("status of a learner", "fine"),
    Status.NOT_STARTED: pgettext_lazy("status of a learner", "just joined"),
    Status.FINISHED: pgettext_lazy("status of a learner", "finished"),
}
CODES: dict[Code, str | Promise] = {
    Code.NOT_STARTED: pgettext_lazy("reason to help", "not started"),
    Code.STOPPED: pgettext_lazy("reason to help", "stopped"),
    Code.BEHIND: pgettext_lazy("reason to help", "behind"),
    Code.DEBT: pgettext_lazy("reason to help", "owes rewatches"),
    Code.FIRST_PASSES_ONLY: pgettext_lazy("reason to help", "first passes only"),
    Code.LIGHT: pgettext_lazy("reason to help", "light second passes"),
    Code.STUCK_ON_VIDEO: pgettext_lazy("reason to help", "stuck on a video"),
}


_HEADS: dict[Code, str | Promise] = {
    Code.NOT_STARTED: pgettext_lazy("verdict on a learner", "Has not begun."),
    Code.STOPPED: pgettext_lazy("verdict on a learner", "Stopped."),
    Code.BEHIND: pgettext_lazy("verdict on a learner", "Far behind the plan."),
    Code.DEBT: pgettext_lazy("verdict on a learner", "Owes many rewatches."),
    Code.FIRST_PASSES_ONLY: pgettext_lazy("verdict on a learner", "Runs ahead on first passes."),
    Code.LIGHT: pgettext_lazy("verdict on a learner", "Rewatches lightly."),
    Code.STUCK_ON_VIDEO: pgettext_lazy("verdict on a learner", "Stuck on a video."),
}


def cohort_verdict(board: Board) -> tuple[str, str]:
    """The verdict on a cohort: its head, and the sentences behind it."""
    total, need = len(board.rows), board.statuses[Status.NEEDS_HELP]
    if not total:
        return _("Nobody learns here yet."), ""
    if board.plan.cohort.archived_at is not None:
        head = _("This cohort is archived.")
        return head, _sentence([_others(board, Status.FINISHED), _of(total)])
    if not need:
        return _("Nobody needs you."), _rest(board)
    head = ngettext(
        "%(count)d of %(total)d needs you.", "%(count)d of %(total)d need you.", need
    ) % {"count": need, "total": total}
    clauses = [
        _CLAUSES[code](board.first_reasons[code]) for code in Code if board.first_reasons[code]
    ]
    return head, " ".join(filter(None, [_sentence(clauses), _rest(board)]))


def _of(total: int) -> str:
    return ngettext("%(count)d learner was in it", "%(count)d learners were in it", total) % {
        "count": total
    }


def _rest(board: Board) -> str:
    """What is to say of those who need nobody."""
    parts = [
        _others(board, status)
        for status in (Status.FINE, Status.NOT_STARTED, Status.FINISHED)
        if board.statuses[status]
    ]
    return _sentence(parts)


def _others(board: Board, status: Status) -> str:
    count = board.statuses[status]
    words = {
        Status.FINE: ngettext("%(count)d is fine", "%(count)d are fine", count),
        Status.NOT_STARTED: ngettext(
            "%(count)d has just joined", "%(count)d have just joined", count
        ),
        Status.FINISHED: ngettext("%(count)d has finished", "%(count)d have finished", count),
    }
    return words[status] % {"count": count}


def _sentence(parts: list[str]) -> str:
    return capfirst(f"{get_text_list(parts, _('and'))}.") if parts else ""


_CLAUSES: dict[Code, Callable[[int], str]] = {
    Code.NOT_STARTED: lambda count: (
        ngettext("%(count)d has not begun", "%(count)d have not begun", count) % {"count": count}
    ),
    Code.STOPPED: lambda count: (
        ngettext(
            "%(count)d stopped a week ago or more", "%(count)d stopped a week ago or more", count
        )
        % {"count": count}
    ),
    Code.BEHIND: lambda count: (
        ngettext("%(count)d is far behind the plan", "%(count)d are far behind the plan", count)
        % {"count": count}
    ),
    Code.DEBT: lambda count: (
        ngettext("%(count)d owes many rewatches", "%(count)d owe many rewatches", count)
        % {"count": count}
    ),
    Code.FIRST_PASSES_ONLY: lambda count: (
        ngettext(
            "%(count)d runs ahead on first passes", "%(count)d run ahead on first passes", count
        )
        % {"count": count}
    ),
    Code.LIGHT: lambda count: (
        ngettext("%(count)d rewatches lightly", "%(count)d rewatch lightly", count)
        % {"count": count}
    ),
    Code.STUCK_ON_VIDEO: lambda count: (
        ngettext("%(count)d is stuck on a video", "%(count)d are stuck on a video", count)
        % {"count": count}
    ),
}


def reason_words(reason: Reason, outline: Outline) -> str:
    """One reason with its facts as a sentence."""
    match reason.code:
        case Code.NOT_STARTED:
            return ngettext(
                "Joined %(count)d day ago and watched nothing yet.",
                "Joined %(count)d days ago and watched nothing yet.",
                reason.days,
            ) % {"count": reason.days}
        case Code.STOPPED:
            words = ngettext(
                "Not here for %(count)d day.", "Not here for %(count)d days.", reason.days
            ) % {"count": reason.days}
            return " ".join(filter(None, [words, _left_off(reason.open_pass, outline)]))
        case Code.BEHIND:
            return _("%(percent)d %% of the planned hours, for two weeks.") % {
                "percent": round(reason.share * 100)
            }
        case Code.DEBT:
            words = ngettext(
                "%(count)d rewatch is due, %(time)s of work.",
                "%(count)d rewatches are due, %(time)s of work together.",
                reason.count,
            ) % {"count": reason.count, "time": duration_short(reason.seconds)}
            oldest = ngettext(
                "The oldest has been due for %(count)d day.",
                "The oldest has been due for %(count)d days.",
                reason.days,
            ) % {"count": reason.days}
            return f"{words} {oldest}" if reason.days else words
        case Code.FIRST_PASSES_ONLY:
            return ngettext(
                "%(count)d first pass more than second ones.",
                "%(count)d first passes more than second ones.",
                reason.count,
            ) % {"count": reason.count}
        case Code.LIGHT:
            return ngettext(
                "%(count)d of %(total)d second passes is light.",
                "%(count)d of %(total)d second passes are light.",
                reason.count,
            ) % {"count": reason.count, "total": reason.total}
        case Code.STUCK_ON_VIDEO if reason.question is not None:
            words = ngettext(
                "A question about “%(video)s” has waited for an answer for %(count)d day.",
                "A question about “%(video)s” has waited for an answer for %(count)d days.",
                reason.days,
            )
            asked_about = outline.videos_by_id.get(reason.question.video_id)
            return words % {"count": reason.days, "video": asked_about.title if asked_about else ""}
        case Code.STUCK_ON_VIDEO:
            words = ngettext(
                "%(count)d sitting at “%(video)s” and not through.",
                "%(count)d sittings at “%(video)s” and not through.",
                reason.count,
            )
            return words % {"count": reason.count, "video": _title(reason.open_pass, outline)}


def _left_off(where: OpenPass | None, outline: Outline) -> str:
    title = _title(where, outline)
    if where is None or not title:
        return ""
    words = (
        _("Left off at %(percent)d %% of the first pass of “%(video)s”.")
        if where.number == FIRST_PASS
        else _("Left off at %(percent)d %% of the second pass of “%(video)s”.")
    )
    return words % {"percent": where.percent, "video": title}


def _title(where: OpenPass | None, outline: Outline) -> str:
    video = outline.videos_by_id.get(where.video_id) if where else None
    return str(video.title) if video else ""


def rule_words() -> list[str]:
    """How it is decided who needs help: every rule of `attention` with its threshold."""
    days = ngettext("%(count)d day", "%(count)d days", attention.STOPPED_AFTER_DAYS) % {
        "count": attention.STOPPED_AFTER_DAYS
    }
    return [
        _("Not started: in the cohort for %(count)d days or more and nothing watched.")
        % {"count": attention.NOT_STARTED_AFTER_DAYS},
        _("Stopped: started, not finished, and no active time for %(days)s.") % {"days": days},
        _("Behind: under %(percent)d %% of the planned hours at both of the last two week ends.")
        % {"percent": round(attention.BEHIND_UNDER_SHARE * 100)},
        _("Owes rewatches: %(count)d or more are due, or one has been due for %(days)d days.")
        % {"count": attention.DEBT_FROM_COUNT, "days": attention.DEBT_FROM_DAYS},
        _("First passes only: %(count)d more of them than second passes.")
        % {"count": attention.FIRST_PASSES_AHEAD},
        _("Light second passes: %(percent)d %% of them or more.")
        % {"percent": round(attention.LIGHT_SHARE * 100)},
        _("Stuck on a video: %(count)d sittings or more and not through.")
        % {"count": attention.STUCK_FROM_SITTINGS},
    ]


def learner_verdict(row: LearnerRow, outline: Outline, today: date) -> tuple[str, str]:
    """The verdict on one learner: its head, and the sentences behind it."""
    match row.status:
        case Status.FINISHED:
            return _("Through with everything, twice."), ""
        case Status.NOT_STARTED:
            return _("Has just joined."), ""
        case Status.FINE:
            return _("All is well."), _pace_words(row, today)
    reasons = row.attention.reasons
    told = " ".join(reason_words(reason, outline) for reason in reasons)
    return str(_HEADS[reasons[0].code]), told


def _pace_words(row: LearnerRow, today: date) -> str:
    if row.finish is None or row.finish.on is None:
        return ""
    return _("At this pace it takes until %(day)s.") % {"day": date_words(row.finish.on, today)}
