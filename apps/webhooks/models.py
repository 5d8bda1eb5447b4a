"""Who wants to be told of what happens in a cohort, what they are to be told, and what came of it."""

import base64
import secrets
import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cohorts.models import Cohort

SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with
LONGEST_ADDRESS = 500
KEPT_OF_ANSWER = 500


def new_secret() -> str:
    """192 random bits, as Standard Webhooks writes them."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


class Kind(models.TextChoices):
    """What is told; the words are for people, the values are the contract."""

    VIEWING_COMPLETED = "viewing.completed", _("a pass is completed")
    REWATCH_DUE = "rewatch.due", _("a rewatch is due")
    REWATCH_KEPT = "rewatch.kept", _("a rewatch is kept")
    MEMBER_JOINED = "member.joined", _("somebody joined")
    MEMBER_LEFT = "member.left", _("somebody left")


# Sent by a button and by nothing else.
TEST = "test"


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def enabled(self) -> Self:
        return self.filter(disabled_at__isnull=True)


class Webhook(models.Model):
    """An address that is told of a cohort. The secret signs what is sent; it is shown once."""

    class Reason(models.TextChoices):
        BY_HAND = "by_hand", _("switched off by hand")
        FAILING = "failing", _("switched off: it failed for days")
        GONE = "gone", _("switched off: its server says that it is gone for good")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(_("address"), max_length=LONGEST_ADDRESS)
    kinds = ArrayField(models.CharField(max_length=20), verbose_name=_("told of"))
    secret = models.CharField(max_length=80, default=new_secret, editable=False)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    disabled_at = models.DateTimeField(_("switched off"), null=True, blank=True)
    disabled_for = models.CharField(_("reason"), max_length=10, choices=Reason, blank=True)
    # Since when nothing has arrived; empty while the last one did.
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return f"{self.public_id} of {self.cohort_id}"


class Message(models.Model):
    """One thing to tell one webhook, written in the transaction of what it tells of."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        SENT = "sent", _("was sent")
        FAILED = "failed", _("failed")

    # The same at every try: a receiver that knows it has seen it.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(_("what"), max_length=20)
    # Told once, however often somebody looks.
    key = models.CharField(max_length=80)
    # The very bytes that are signed and sent.
    body = models.TextField()
    made_at = models.DateTimeField(_("made"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_at = models.DateTimeField(_("next try"))
    is_again = models.BooleanField(_("sent again by hand"), default=False, db_default=False)
    # Whose try is under way, and until when it may be.
    lease = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("message of a webhook")
        verbose_name_plural = _("messages of webhooks")
        constraints = [
            models.UniqueConstraint(fields=["webhook", "key"], name="webhooks_message_once"),
        ]
        indexes = [
            # What is to be sent; a row leaves the index when it is settled.
            models.Index(
                fields=["next_at", "id"],
                condition=models.Q(state="waiting"),
                name="webhooks_message_waiting",
            ),
            # The log of a webhook, newest first; what is old enough to be forgotten.
            models.Index(fields=["webhook", "-made_at", "-id"], name="webhooks_message_log"),
            models.Index(fields=["made_at"], name="webhooks_message_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class Attempt(models.Model):
    """One try at sending: what was answered, how long it took, or why there was no answer."""

    class Fault(models.TextChoices):
        """What kept us from an answer; `status` is empty then."""

        ADDRESS = "address", _("its address leads into a private network or nowhere")
        UNREACHABLE = "unreachable", _("nobody answers there")
        CERTIFICATE = "certificate", _("its certificate is not good")
        SLOW = "slow", _("it took too long")
        BROKEN = "broken", _("what it answers is no HTTP")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(_("when"))
    milliseconds = models.PositiveIntegerField(_("duration"))
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    fault = models.CharField(_("fault"), max_length=11, choices=Fault, blank=True)
    answer = models.CharField(_("answer"), max_length=KEPT_OF_ANSWER, blank=True)
    is_again = models.BooleanField(_("by hand"), default=False, db_default=False)

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")

    def __str__(self) -> str:
        return f"{self.message_id}: {self.status or self.fault}"
