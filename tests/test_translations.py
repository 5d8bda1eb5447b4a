"""Every string that people may read is Russian too, whole, with its places for values intact."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from local.messages import CATALOGUE, collect

PLACES = re.compile(r"%\(\w+\)[sd]|%[sd%]|{\w*}")
PLURALS = 3
# The product says «ты».
FORMAL = re.compile(r"\b[Вв](?:ы|ас|ам|ами|аш|аша|аше|аши|ашего|ашей|ашу|ашем|ашим|аших)\b")
HOW = "run `make messages`, then translate what is empty in locale/ru"


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    return collect()


@pytest.fixture(scope="module")
def stored() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ru")


def strings(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def key(message: Message) -> tuple[object, object]:
    return message.id if isinstance(message.id, str) else tuple(message.id), message.context


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_the_catalogue_has_exactly_the_strings_of_the_product(
    wanted: Catalog, stored: Catalog
) -> None:
    ours, theirs = set(map(key, strings(wanted))), set(map(key, strings(stored)))

    assert ours - theirs == set(), HOW
    assert theirs - ours == set(), HOW


def test_every_string_is_translated_in_all_its_plural_forms(stored: Catalog) -> None:
    untranslated = [
        message.id
        for message in strings(stored)
        if message.fuzzy
        or not all(forms(message))
        or (isinstance(message.id, tuple) and len(forms(message)) != PLURALS)
    ]

    assert untranslated == [], HOW


def test_every_translation_keeps_the_places_for_values(stored: Catalog) -> None:
    broken = []
    for message in strings(stored):
        # The plural's places count: English may leave the number out of its singular.
        original = message.id if isinstance(message.id, str) else message.id[1]
        places = sorted(set(PLACES.findall(original)))
        broken += [
            (original, form)
            for form in forms(message)
            if form and sorted(set(PLACES.findall(form))) != places
        ]

    assert broken == []


def test_russian_says_ty(stored: Catalog) -> None:
    formal = [form for message in strings(stored) for form in forms(message) if FORMAL.search(form)]

    assert formal == []
