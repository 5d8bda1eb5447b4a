"""`/healthz`: this process answers. `/readyz`: every part the product needs is up, else 503."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core.readiness import Watch

KEPT_SECONDS = 2.0
watch = Watch(seconds=KEPT_SECONDS)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "up"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    state = watch.look(now=timezone.now())
    status = "ready" if state.is_ready else "not ready"
    body = {"status": status, "parts": state.parts}
    return JsonResponse(body, status=200 if state.is_ready else 503)
