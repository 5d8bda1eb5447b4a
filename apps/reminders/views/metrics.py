"""`/metrics`: the figures in Prometheus' words, for this machine or for who has the token."""

from collections.abc import Iterator
from secrets import compare_digest

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from apps.reminders import guard
from apps.reminders.figures import Figures, audit, figures
from apps.webhooks.figures import figures as figures_of_webhooks

AUDIT_EVERY_SECONDS = 1800
LOOPBACK = ("127.0.0.1", "::1")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Not there for anybody else."""
    if not _may_read(request):
        raise Http404
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Reminders())
    registry.register(_Webhooks())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        sent = request.headers.get("Authorization", "")
        return compare_digest(sent.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    # What a proxy hands on has this header and comes from who knows where.
    is_handed_on = "X-Forwarded-For" in request.headers
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not is_handed_on


class _Reminders(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = timezone.now()
        found = figures(now=now)
        yield from _gauges(found)
        closed = _gauge(
            "closed",
            "1 while planning or sending is switched off or waits for a confirmation",
            "what",
        )
        standing = guard.standing()
        closed.add_metric(["planning"], float(bool(standing.planning_closed)))
        closed.add_metric(["delivery"], float(bool(standing.delivery_closed)))
        yield closed
        broken = _gauge(
            "audit_broken", "How often each invariant is broken; must be 0", "invariant"
        )
        audited = cache.get_or_set("reminders:audit", lambda: audit(now=now), AUDIT_EVERY_SECONDS)
        for name, count in (audited or {}).items():
            broken.add_metric([name], count)
        yield broken


class _Webhooks(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = figures_of_webhooks(now=timezone.now())
        one_each = {
            "waiting": ("Messages that wait for their next try", found.waiting),
            "oldest_due_seconds": (
                "How long the oldest message that was never tried is due",
                found.oldest_due_seconds,
            ),
            "failing": ("Webhooks where the last message did not arrive", found.failing),
            "switched_off": (
                "Webhooks that were switched off since nothing arrived",
                found.switched_off,
            ),
        }
        for name, (words, value) in one_each.items():
            gauge = GaugeMetricFamily(f"secondpass_webhooks_{name}", words)
            gauge.add_metric([], value)
            yield gauge


def _gauges(found: Figures) -> Iterator[GaugeMetricFamily]:
    one_each = {
        "oldest_due_seconds": (
            "How long the longest waiting learner is due",
            found.oldest_due_seconds,
        ),
        "oldest_ready_seconds": (
            "How long the longest waiting mail may go out",
            found.oldest_ready_seconds,
        ),
        "unknown_seconds": (
            "How long the oldest unknown message is unknown",
            found.unknown_seconds,
        ),
        "plan_errors": ("Learners whose plan raises an error", found.plan_errors),
        "oldest_snapshot_seconds": (
            "Age of the oldest transaction that keeps dead rows",
            found.horizon_seconds,
        ),
    }
    for name, (words, value) in one_each.items():
        gauge = _gauge(name, words)
        gauge.add_metric([], value)
        yield gauge
    outbox = _gauge("outbox", "Messages in the outbox", "state")
    for state, count in found.outbox.items():
        outbox.add_metric([state], count)
    yield outbox
    lag = _gauge("fence_lag_seconds", "Fence after plan, of the last thousand mails", "quantile")
    for quantile, seconds in (("0.5", found.lag_p50_seconds), ("0.99", found.lag_p99_seconds)):
        if seconds is not None:
            lag.add_metric([quantile], seconds)
    yield lag
    beats = _gauge("heartbeat_seconds", "How long ago each planner and sender was alive", "name")
    for name, seconds in found.heartbeat_seconds.items():
        beats.add_metric([name], seconds)
    yield beats


def _gauge(name: str, words: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"secondpass_reminders_{name}", words, labels=labels)
