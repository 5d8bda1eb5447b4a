"""Files of MEDIA_ROOT as HTTP answers that can be seeked: 206, 416, `If-Range`, `HEAD`, `ETag`.

Who may see a file is decided by the view that calls this. With MEDIA_ACCEL_PREFIX set, the
reverse proxy sends the bytes (X-Accel-Redirect) and does the ranges itself.
"""

import mimetypes
import stat
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe
from whitenoise.responders import SlicedFile

from apps.core.ranges import ByteRange, RangeNotSatisfiable, asked_range

# Read in pieces of this many bytes; a video is never in memory whole.
PIECE = 64 * 1024

mimetypes.add_type("video/webm", ".webm")
mimetypes.add_type("text/vtt", ".vtt")


def media_path(*, name: str) -> Path:
    """The file that `name` means below MEDIA_ROOT; raise Http404 for anything outside or absent.

    Links are followed before the comparison, so neither `..` nor a symbolic link leads out.
    """
    root = Path(settings.MEDIA_ROOT).resolve()
    if not name or "\0" in name:
        raise Http404
    try:
        path = (root / name).resolve(strict=True)
        regular = stat.S_ISREG(path.stat().st_mode)
    except (OSError, RuntimeError):
        raise Http404 from None
    if not regular or not path.is_relative_to(root):
        raise Http404
    return path


def media_response(*, request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer the file `name` of MEDIA_ROOT, whole or the one range that was asked for."""
    path = media_path(name=name)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    prefix: str = settings.MEDIA_ACCEL_PREFIX
    if prefix:
        inside = path.relative_to(Path(settings.MEDIA_ROOT).resolve()).as_posix()
        return HttpResponse(
            content_type=kind, headers={"X-Accel-Redirect": f"{prefix}{quote(inside)}"}
        )
    facts = path.stat()
    etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
    modified = int(facts.st_mtime)
    unchanged = get_conditional_response(request, etag=etag, last_modified=modified)
    if unchanged is not None:
        unchanged.headers["ETag"] = etag
        return unchanged
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Last-Modified": http_date(modified),
        # The same address may be another video tomorrow, and the next asker may be somebody else.
        "Cache-Control": "private, no-cache",
    }
    try:
        part = _asked_part(request, etag=etag, modified=modified, size=facts.st_size)
    except RangeNotSatisfiable:
        headers["Content-Range"] = f"bytes */{facts.st_size}"
        return HttpResponse(status=416, content_type=kind, headers=headers)
    headers["Content-Length"] = str(part.length if part else facts.st_size)
    if part:
        headers["Content-Range"] = part.content_range
    status = 206 if part else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=kind, headers=headers)
    file = path.open("rb")
    body = SlicedFile(file, part.first, part.last) if part else file
    answer = FileResponse(body, status=status, content_type=kind, headers=headers)
    answer.block_size = PIECE
    return answer


def _asked_part(request: HttpRequest, *, etag: str, modified: int, size: int) -> ByteRange | None:
    """The range to answer; None when none is asked for (RFC 9110: by a GET) or the file changed."""
    header = request.headers.get("Range", "")
    if not header or request.method != "GET":
        return None
    condition = request.headers.get("If-Range", "").strip()
    if condition:
        # A weak tag never matches here, and a date only exactly.
        same = condition == etag or parse_http_date_safe(condition) == modified
        if not same:
            return None
    return asked_range(header=header, size=size)
