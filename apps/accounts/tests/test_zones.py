"""Time zones as a browser names them and as people choose them."""

from datetime import UTC, datetime

import pytest

from apps.accounts.zones import offered_zones, zone_choices, zone_or_default

NOW = datetime(2026, 11, 24, 16, 44, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Warsaw", "Europe/Warsaw"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("UTC", "UTC"),
        ("Europe/Atlantis", "UTC"),
        ("", "UTC"),
        ("/etc/localtime", "UTC"),
    ],
)
def test_a_browser_s_zone_is_taken_when_there_is_one(name: str, zone: str) -> None:
    assert zone_or_default(name) == zone


def test_only_regions_and_cities_are_offered() -> None:
    offered = offered_zones()

    assert offered[0] == "UTC"
    assert "Europe/Warsaw" in offered
    assert not {"EST", "Etc/GMT+5", "Cuba", "posixrules"} & set(offered)


def test_a_choice_says_what_the_clock_shows_there() -> None:
    choices = dict(zone_choices(NOW))

    assert choices["Europe/Warsaw"] == "Europe/Warsaw, 17:44"
    assert choices["America/New_York"] == "America/New York, 11:44"
    assert choices["Asia/Kathmandu"] == "Asia/Kathmandu, 22:29"


def test_a_person_s_own_zone_is_always_among_the_choices() -> None:
    assert zone_choices(NOW, "Etc/GMT+5")[0] == ("Etc/GMT+5", "Etc/GMT+5, 11:44")
