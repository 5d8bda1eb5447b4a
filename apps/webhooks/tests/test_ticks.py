"""Ticks of the workers: one at a time, so that servers that never answer hold one process and no more."""

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as NoCache

from apps.webhooks import tasks


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often messages were looked for; a second tick comes while the first is at it."""
    seen: list[int] = []

    def looked() -> None:
        seen.append(1)
        if len(seen) < 3:
            tasks.deliver_messages_now()

    monkeypatch.setattr(tasks, "deliver_messages", looked)
    cache.delete(tasks.RUNNING)
    return seen


def test_a_tick_leaves_at_once_while_another_is_at_it(runs: list[int]) -> None:
    tasks.deliver_messages_now()
    assert len(runs) == 1

    tasks.deliver_messages_now()
    assert len(runs) == 2


def test_a_tick_that_breaks_is_in_nobody_s_way(
    runs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError

    with monkeypatch.context() as while_broken:
        while_broken.setattr(tasks, "deliver_messages", broken)
        with pytest.raises(RuntimeError):
            tasks.deliver_messages_now()

    tasks.deliver_messages_now()
    assert len(runs) == 1


def test_without_a_cache_messages_go_out_all_the_same(
    runs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(*_args: object, **_kwargs: object) -> bool:
        raise NoCache

    runs.append(1)
    runs.append(1)
    monkeypatch.setattr(cache, "add", dead)
    tasks.deliver_messages_now()
    assert len(runs) == 3
