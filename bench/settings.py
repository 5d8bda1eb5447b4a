"""The local settings with the ceilings in front of every middleware."""

from config.settings.local import *  # noqa: F403 - settings add up
from config.settings.local import MIDDLEWARE

MIDDLEWARE = ["bench.ceilings.Ceilings", *MIDDLEWARE]
# Counted like everywhere, and never reached.
API_REQUESTS_PER_MINUTE = 10**9
