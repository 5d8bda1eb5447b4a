"""What REST sends: compact JSON, and problems under their own media type."""

from rest_framework.renderers import JSONRenderer

PROBLEM_MEDIA_TYPE = "application/problem+json"


class ProblemRenderer(JSONRenderer):
    """For refusals; never chosen by negotiation."""

    media_type = PROBLEM_MEDIA_TYPE
    format = "problem"
