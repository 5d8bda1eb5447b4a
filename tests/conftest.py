"""The cast plays in the tests that cross apps, too."""

from apps.conftest import *  # noqa: F403 - pytest finds fixtures by their names here
