"""What instructors write to learners: kept as it was sent, one copy for each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cohorts.models.cohorts import Cohort, Membership

LONGEST_MESSAGE = 5000


class Message(models.Model):
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    body = models.TextField(_("text"), max_length=LONGEST_MESSAGE)
    made_at = models.DateTimeField(_("made"))
    # Of the page it was written on: sent twice from there, it is one message.
    key = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("message of an instructor")
        verbose_name_plural = _("messages of instructors")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="cohorts_message_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} in {self.cohort_id}"


class MessageCopy(models.Model):
    """A message in one learner's inbox."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="copies")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="messages")
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("copy of a message")
        verbose_name_plural = _("copies of messages")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "membership"], name="cohorts_messagecopy_once"
            ),
        ]
        indexes = [
            # The badge of the inbox, on every page of a learner.
            models.Index(
                fields=["membership"],
                condition=models.Q(read_at__isnull=True),
                name="cohorts_messagecopy_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} to {self.membership_id}"
