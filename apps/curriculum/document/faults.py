"""What is wrong with a document: every fault has its line, its path and a reason in plain words."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.errors import DomainError


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """`path` names the place as in `phases[1].videos[3].duration`, counted from 0 like in JSON."""

    line: int
    path: str
    code: str
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.line}: {self.path}: {self.reason}"
            if self.path
            else f"{self.line}: {self.reason}"
        )


class DocumentRefused(DomainError):
    """The document can't be read as a curriculum; `faults` are all that were found, by line."""

    code = "curriculum_document_invalid"
    title: str | Promise = _("The curriculum document is not right")
    status = 422

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        detail = ngettext(
            "%(count)d fault in it, on line %(line)d.",
            "%(count)d faults in it, the first on line %(line)d.",
            len(faults),
        ) % {"count": len(faults), "line": faults[0].line}
        errors = [
            {"field": each.path, "code": each.code, "detail": each.reason, "line": each.line}
            for each in faults
        ]
        super().__init__(detail, errors=errors)
