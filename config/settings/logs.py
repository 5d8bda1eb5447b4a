"""Log lines go to standard error, for whoever collects them: the supervisor's files, the containers' logs."""

from typing import Any


def console_logging(level: str) -> dict[str, Any]:
    """Django's LOGGING: every line of this level and above, once."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "config.log_lines.CleanLines",
                "fmt": "{asctime} {levelname} {name} {message}",
                "style": "{",
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        # Its own handler would keep silent without DEBUG, and write to administrators that are not named.
        "loggers": {"django": {"handlers": [], "propagate": True}},
    }
