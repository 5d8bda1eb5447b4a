"""What the tables are called that may be saved as files: by the last part of their addresses."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TABLE_NAMES: dict[str, str | Promise] = {
    "learners": _("Everyone"),
    "heatmap": _("Everyone, video by video"),
    "needing": _("Who needs you"),
    "funnel": _("How far with each video"),
    "questions": _("Questions"),
    "history": pgettext_lazy("of a cohort", "History"),
    "people": _("People"),
}
