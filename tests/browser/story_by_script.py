"""What a program of the learner's does in the story: a token, a watched video, a note, and all the figures."""

import time

from local.site import Site
from tests.browser.scripts import Script
from tests.browser.story_cast import COHORT, EMAIL, NAME, PASSWORD

NEXT_FILM = "at-the-desk"
NEXT_FILM_SECONDS = 54
READ_AND_WRITTEN = (
    "tokens/",
    "me/",
    "me/progress/",
    "curricula/",
    "cohorts/{cohort}/progress/",
    "viewings/",
    "viewings/{viewing_id}/heartbeats/",
    "viewings/{viewing_id}/complete/",
    "notes/",
    "notes/{note_id}/",
)


def begin_the_next_video(site: Site) -> tuple[Script, str, float]:
    """A token, and a first pass that is watched by reports alone; gives the viewing and when it was opened."""
    script = Script(site.url)
    script.sign_in(
        EMAIL,
        "curricula:read",
        "progress:read",
        "progress:write",
        "notes:read",
        "notes:write",
        password=PASSWORD,
    )
    status, viewing = script.call(
        "POST", "viewings/", {"cohort": COHORT, "video": NEXT_FILM, "number": 1}
    )
    assert status in (200, 201), viewing
    return script, viewing["id"], time.monotonic()


def finish_the_next_video(script: Script, viewing: str, opened: float) -> None:
    status, refused = script.call("POST", f"viewings/{viewing}/complete/")
    assert (status, refused["code"]) == (409, "coverage_missing")
    script.watch(viewing, opened=opened, seconds=NEXT_FILM_SECONDS)
    status, done = script.call("POST", f"viewings/{viewing}/complete/")
    assert status == 200, done
    assert done["rewatch"]["state"] == "waiting"


def write_a_note(script: Script) -> None:
    wish = {"cohort": COHORT, "at_second": 3, "kind": "concept", "body": "Из программы"}
    # Notes belong to second passes; the next video has only its first.
    status, refused = script.call("POST", "notes/", wish | {"video": NEXT_FILM})
    assert status == 404, refused
    status, note = script.call("POST", "notes/", wish | {"video": "two-passes"})
    assert status == 201, note
    assert script.read(f"notes/{note['id']}/")["body"] == "Из программы"
    bodies = [each["body"] for each in script.read(f"notes/?cohort={COHORT}")["results"]]
    assert bodies == ["Из программы", "Кольцо ещё пустое"]


def read_everything(script: Script) -> None:
    assert script.read("me/")["email"] == EMAIL
    assert "try-it" in [each["curriculum"] for each in script.read("curricula/")["results"]]
    (mine,) = script.read("me/progress/")["results"]
    passes = {
        video["video"]: (video["first_pass"]["state"], video["second_pass"]["state"])
        for video in mine["videos"]
    }
    assert passes == {
        "two-passes": ("completed", "completed"),
        NEXT_FILM: ("completed", "untouched"),
    }
    rewatch = mine["videos"][0]["rewatch"]
    assert (rewatch["state"], rewatch["reminders_sent"]) == ("kept", 1)

    status, refused = script.call("GET", f"cohorts/{COHORT}/progress/")
    assert status == 403, refused
    instructor = Script(script.site_url)
    instructor.sign_in("instructor@example.org", "cohorts:read", "progress:read")
    (row,) = instructor.read(f"cohorts/{COHORT}/progress/")["results"]
    assert row["learner"]["name"] == NAME
    assert (row["totals"]["first_passes"], row["totals"]["second_passes"]) == (2, 1)

    paths = script.read("openapi.json")["paths"]
    assert {f"/api/v1/{path}" for path in READ_AND_WRITTEN} <= paths.keys()
