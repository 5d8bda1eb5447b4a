"""Static files under names that carry their content's hash, also inside our JavaScript modules."""

from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Django's own rewriting of `import` covers every script and trips over texts in foreign ones.
_DJANGO: Any = ManifestStaticFilesStorage
_ANY_SCRIPT, _IMPORTS = _DJANGO._js_module_import_aggregation_patterns
PATTERNS: Any = (*_DJANGO.patterns, ("js/*.js", _IMPORTS))


class HashedStaticFiles(ManifestStaticFilesStorage):
    """Hashed names; `import ... from "./x.js";` between our own modules is rewritten too."""

    patterns = PATTERNS


class CompressedStaticFiles(CompressedManifestStaticFilesStorage):
    """The same, each file also compressed beforehand: slow to make, quick to serve."""

    patterns = PATTERNS
