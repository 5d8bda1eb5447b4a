"""Every string that people may read is Russian too, whole, with its places for values intact."""

import re

import polib
import pytest

from local.messages import CATALOGUES, Words, files_for_people, gather, is_complete

PLACES = re.compile(r"%\(\w+\)[sd]|%[sd%]|{\w*}")
PLURALS = 3
# The product says «ты».
FORMAL = re.compile(r"\b[Вв](?:ы|ас|ам|ами|аш|аша|аше|аши|ашего|ашей|ашу|ашем|ашим|аших)\b")
HOW = "run `make messages`, then translate what waits in locale/ru"


@pytest.fixture(scope="module")
def entries() -> list[polib.POEntry]:
    return list(polib.pofile(str(CATALOGUES / "ru" / "LC_MESSAGES" / "django.po")))


def forms(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_the_catalogue_has_exactly_the_strings_of_the_product(entries: list[polib.POEntry]) -> None:
    ours = set(gather(files_for_people()))
    theirs = {Words(each.msgid, each.msgid_plural or "", each.msgctxt or "") for each in entries}

    assert ours - theirs == set(), HOW
    assert theirs - ours == set(), HOW


def test_every_string_is_translated_in_all_its_forms(entries: list[polib.POEntry]) -> None:
    untranslated = [
        entry.msgid
        for entry in entries
        if not is_complete(entry) or (entry.msgid_plural and len(forms(entry)) != PLURALS)
    ]

    assert untranslated == [], HOW


def test_every_translation_keeps_the_places_for_values(entries: list[polib.POEntry]) -> None:
    broken = []
    for entry in entries:
        # The plural's places count: English may leave the number out of its singular.
        original = entry.msgid_plural or entry.msgid
        places = sorted(set(PLACES.findall(original)))
        broken += [
            (original, form)
            for form in forms(entry)
            if form and sorted(set(PLACES.findall(form))) != places
        ]

    assert broken == []


def test_russian_says_ty(entries: list[polib.POEntry]) -> None:
    assert [form for entry in entries for form in forms(entry) if FORMAL.search(form)] == []
