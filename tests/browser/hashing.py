"""One hash for all who have the same password: making it takes as long as it should."""

from functools import cache

from django.contrib.auth.hashers import make_password


@cache
def hashed(password: str) -> str:
    return make_password(password)
