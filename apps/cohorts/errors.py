"""Why joining, leaving or changing a cohort is refused, in sentences for who asked."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError, NotFound


class InvitationInvalid(NotFound):
    code = "invitation_unknown"
    title = _("This invitation link is not one of ours. Perhaps a part of it was lost on the way")


class InvitationExpired(DomainError):
    code = "invitation_expired"
    title = _("This invitation has expired")


class InvitationUsedUp(DomainError):
    code = "invitation_used_up"
    title = _("This invitation has been used as often as it may be")


class InvitationRevoked(DomainError):
    code = "invitation_withdrawn"
    title = _("This invitation was withdrawn")


class InvitationForAnother(DomainError):
    code = "invitation_for_another"
    title = _("This invitation is for another e-mail address")
    status = 403


class CohortFull(DomainError):
    code = "cohort_full"
    title = _("This cohort is full")


class CohortArchived(DomainError):
    code = "cohort_archived"
    title = _("This cohort was archived; nobody can join it any more")


class CohortEnded(DomainError):
    code = "cohort_ended"
    title = _("This cohort is over; nobody can join it any more")


class LastInstructor(DomainError):
    code = "last_instructor"
    title = _("This cohort needs an instructor: make someone else one first")


class MayNotCreateCohorts(DomainError):
    code = "may_not_create_cohorts"
    title = _("Making cohorts is a right that your account does not have")
    status = 403


class NameTaken(DomainError):
    code = "name_taken"
    title = _("Too many cohorts have this name; choose another")


class AlreadyIn(DomainError):
    code = "already_in"
    title = _("You are in this cohort already")


class RequestSettled(DomainError):
    code = "request_settled"
    title = _("This request is settled already")


class ExternalIdTaken(DomainError):
    code = "external_id_taken"
    title = _("Somebody in this cohort has this external id already")


class CannotMove(DomainError):
    code = "cannot_move"
    title = _("They cannot be moved there")


class NoNewerRevision(DomainError):
    code = "no_newer_revision"
    title = _("The cohort has this revision already, or a newer one")


class ChangedMeanwhile(DomainError):
    code = "changed_meanwhile"
    title = _("Somebody changed the plan since you opened this page")
