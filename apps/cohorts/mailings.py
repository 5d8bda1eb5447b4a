"""Questions about invitations by mail: the lists of a cohort, and what became of each line."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from apps.cohorts.models import Cohort, JoinRequest, Letter, Mailing, MailingRow
from apps.cohorts.models.mailings import MailingRowQuerySet
from apps.core.errors import NotFound

# A place on the waiting list that came to nothing.
GAVE_UP = (JoinRequest.State.DECLINED, JoinRequest.State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many lines of a mailing stand where; together they are `lines`."""

    lines: int
    joined: int
    queued: int
    sent: int
    waiting: int
    troubled: int


def mailings_of(*, cohort: Cohort) -> QuerySet[Mailing]:
    """The mailings of a cohort, latest first, each with `line_count` and `unsent_count`."""
    unsent = Q(rows__invitation__letter__state__in=Letter.UNSENT)
    return (
        cohort.mailings.select_related("made_by")
        .annotate(line_count=Count("rows"), unsent_count=Count("rows", filter=unsent))
        .order_by("-made_at", "-pk")
    )


def mailing_of(*, cohort: Cohort, mailing_id: int) -> Mailing:
    """A mailing of this cohort, for its instructors; NotFound."""
    mailing = None
    if mailing_id < 2**63:
        mailing = cohort.mailings.select_related("made_by", "cohort").filter(pk=mailing_id).first()
    if mailing is None:
        raise NotFound
    return mailing


def rows_of_mailing(*, mailing: Mailing) -> MailingRowQuerySet:
    """Its lines in their order, with invitation and letter."""
    rows = MailingRow.objects.filter(mailing=mailing)
    return (
        rows.select_related("invitation__letter")
        .annotate(place=Subquery(_requests().values("state")[:1]))
        .order_by("line", "pk")
    )


def _requests() -> QuerySet[JoinRequest]:
    """Those whose place on the waiting list a line's invitation was used for: one at most, it is used once."""
    return JoinRequest.objects.filter(invitation=OuterRef("invitation"))


def tally_of(*, mailing: Mailing) -> Tally:
    """One statement."""
    used = Q(invitation__uses__gt=0)
    on_list = Q(Exists(_requests().filter(state__in=JoinRequest.OPEN)))
    gave_up = Q(Exists(_requests().filter(state__in=GAVE_UP)))
    sent = Q(invitation__letter__state=Letter.State.SENT) & (~used | gave_up)
    waiting = Q(invitation__letter__state__in=Letter.UNSENT) & ~used
    found = mailing.rows.aggregate(
        lines=Count("pk"),
        joined=Count("pk", filter=used & ~on_list & ~gave_up),
        queued=Count("pk", filter=used & on_list),
        sent=Count("pk", filter=sent),
        waiting=Count("pk", filter=waiting),
    )
    settled = found["joined"] + found["queued"] + found["sent"] + found["waiting"]
    return Tally(**found, troubled=found["lines"] - settled)
