"""What the core itself must remember: answers to requests that may be repeated."""

from django.conf import settings
from django.db import models


class IdempotencyKey(models.Model):
    """The stored answer to a request that carried an Idempotency-Key; the same key answers once."""

    # The one reference upwards: the setting names the user model, core imports nothing of accounts.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="core_idempotency_key_once"),
        ]
        indexes = [
            # The nightly sweep of expired keys.
            models.Index(fields=["expires_at"], name="core_idempotency_expires"),
        ]

    def __str__(self) -> str:
        return self.key
