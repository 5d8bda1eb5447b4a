"""Reading documents: what they say, and every fault with its line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.curriculum.document import (
    CurriculumDocument,
    DocumentRefused,
    Fault,
    OutcomeEntry,
    PhaseEntry,
    SourceEntry,
    VideoEntry,
    document_digest,
    plain_document,
    read_document,
    write_yaml,
)
from apps.curriculum.document.tree import MAX_CHARACTERS
from apps.curriculum.tests.conftest import SMALL
from apps.curriculum.texts import Hours, LocalizedText


def faults_of(text: str | bytes) -> tuple[Fault, ...]:
    with pytest.raises(DocumentRefused) as refused:
        read_document(text)
    return refused.value.faults


def with_line(number: int, line: str) -> str:
    lines = SMALL.splitlines()
    lines[number - 1] = line
    return "\n".join(lines) + "\n"


def without_line(number: int) -> str:
    lines = SMALL.splitlines()
    del lines[number - 1]
    return "\n".join(lines) + "\n"


def test_a_document_says_what_was_written(small: CurriculumDocument) -> None:
    kneading, oven = small.videos

    assert small.title == LocalizedText(en="Bread", ru="Хлеб")
    assert small.hours == Hours(1, 2)
    assert small.phases[0].hours == Hours(1, 1)
    assert kneading.slug == kneading.address == "aaaaaaaaaaa"
    assert (kneading.duration_seconds, kneading.duration_is_approximate) == (1140, True)
    assert (oven.provider, oven.address, oven.slug) == ("file", "bread/oven.webm", "oven")
    # Without quotes YAML would have made a number of it in base 60.
    assert oven.duration_seconds == 3723
    assert oven.is_bonus
    assert oven.outcomes == ("bakes", "flour")
    assert [(caption.language, caption.address) for caption in oven.captions] == [
        ("en", "bread/oven.en.vtt")
    ]


@pytest.mark.parametrize(
    ("number", "line", "code", "path"),
    [
        (1, "format: 2", "bad_format", "format"),
        (2, "slug: Bread & butter", "bad_slug", "slug"),
        (2, "slug: [bread]", "bad_slug", "slug"),
        (3, "title: Bread", "missing_translation", "title"),
        (3, "title: { en: Bread }", "missing_translation", "title.ru"),
        (3, "title: { en: Bread, ru: ' ' }", "empty", "title.ru"),
        (3, "title: { en: Bread, ru: Хлеб, de: Brot }", "unknown_key", "title.de"),
        (3, "title: { en: [Bread], ru: Хлеб }", "wrong_type", "title.en"),
        (3, f"title: {{ en: {'B' * 201}, ru: Хлеб }}", "too_long", "title.en"),
        (3, 'title: { en: "Bread\\nand", ru: Хлеб }', "wrong_type", "title.en"),
        (4, "sumary: { en: Two loaves., ru: Две буханки. }", "unknown_key", "sumary"),
        (5, "hours: 1.5", "bad_hours", "hours"),
        (5, "hours: 0", "bad_hours", "hours"),
        (5, "hours: 100000", "bad_hours", "hours"),
        (5, "hours: { min: 3, max: 2 }", "bad_hours", "hours"),
        (5, "hours: { min: 3 }", "missing", "hours.max"),
        (8, "    - code: Bakes!", "bad_slug", "outcomes.does[0].code"),
        (11, "    - code: bakes", "duplicate_slug", "outcomes.must_know[0].code"),
        (18, "      - youtube: short", "bad_youtube_id", "phases[0].videos[0].youtube"),
        (18, "      - topics: { en: Dough, ru: Тесто }", "missing", "phases[0].videos[0]"),
        (21, '        duration: "0:00"', "bad_duration", "phases[0].videos[0].duration"),
        (21, '        duration: "-1:00"', "bad_duration", "phases[0].videos[0].duration"),
        (21, '        duration: "1:60"', "bad_duration", "phases[0].videos[0].duration"),
        (21, '        duration: "1:75:00"', "bad_duration", "phases[0].videos[0].duration"),
        (21, '        duration: "25:00:00"', "bad_duration", "phases[0].videos[0].duration"),
        (21, "        duration: 19", "bad_duration", "phases[0].videos[0].duration"),
        (21, "        duration: .nan", "bad_duration", "phases[0].videos[0].duration"),
        (22, "        is_bonus: yes", "wrong_type", "phases[0].videos[0].is_bonus"),
        (22, '        is_bonus: "true"', "wrong_type", "phases[0].videos[0].is_bonus"),
        (23, "        outcomes: [salt]", "unknown_outcome", "phases[0].videos[0].outcomes[0]"),
        (23, "        outcomes: [flour, flour]", "duplicate_slug", "phases[0].videos[0].outcomes[1]"),
        (23, "        outcomes: []", "wrong_count", "phases[0].videos[0].outcomes"),
        (23, "        outcomes: flour", "wrong_type", "phases[0].videos[0].outcomes"),
        (24, "      - file: ../oven.webm", "bad_file", "phases[0].videos[1].file"),
        (24, "      - file: /etc/oven.webm", "bad_file", "phases[0].videos[1].file"),
        (24, "      - file: bread/.oven.webm", "bad_file", "phases[0].videos[1].file"),
        (24, "      - file: bread/oven.avi", "bad_file", "phases[0].videos[1].file"),
        (25, "        slug: oven/door", "bad_slug", "phases[0].videos[1].slug"),
        (26, "        captions: { en: oven.txt }", "bad_file", "phases[0].videos[1].captions.en"),
        (26, "        captions: { english: oven.vtt }", "bad_language", "phases[0].videos[1].captions.english"),
        (26, "        captions: [oven.vtt]", "wrong_type", "phases[0].videos[1].captions"),
        (26, "        captions: { en: a.vtt, en: b.vtt }", "duplicate_key", "phases[0].videos[1].captions.en"),
        (26, "        slug: oven-door", "duplicate_key", "phases[0].videos[1].slug"),
        (26, "        language: Russian", "bad_language", "phases[0].videos[1].language"),
    ],
)  # fmt: skip
def test_a_fault_has_its_line_and_its_path(number: int, line: str, code: str, path: str) -> None:
    faults = faults_of(with_line(number, line))

    assert (number, code, path) in [(fault.line, fault.code, fault.path) for fault in faults]


@pytest.mark.parametrize(
    ("number", "line", "path"),
    [
        (1, 1, "format"),
        (2, 1, "slug"),
        (4, 1, "summary"),
        (15, 14, "phases[0].goal"),
        (20, 18, "phases[0].videos[0].author"),
        (21, 18, "phases[0].videos[0].duration"),
        (25, 24, "phases[0].videos[1].slug"),
    ],
)
def test_what_is_missing_is_told_where_its_part_begins(number: int, line: int, path: str) -> None:
    faults = faults_of(without_line(number))

    assert [(fault.line, fault.code, fault.path) for fault in faults] == [(line, "missing", path)]


def test_all_faults_are_told_at_once_in_the_order_of_lines() -> None:
    text = with_line(3, "title: Bread").replace("19:00", "19").replace("[flour]", "[salt]")

    assert [(fault.line, fault.code) for fault in faults_of(text)] == [
        (3, "missing_translation"),
        (21, "bad_duration"),
        (23, "unknown_outcome"),
    ]


def test_an_unknown_key_is_told_with_the_one_that_was_meant() -> None:
    (fault,) = faults_of(with_line(22, "        duration_is_aproximate: true"))

    assert "duration_is_approximate" in fault.reason


def test_a_link_instead_of_an_id_is_told_with_its_id() -> None:
    (fault,) = faults_of(with_line(18, "      - youtube: https://youtu.be/VMj-3S1tku0?t=3"))

    assert "VMj-3S1tku0" in fault.reason


def test_the_same_video_twice_is_refused_with_both_lines() -> None:
    text = SMALL + SMALL[SMALL.index("  - title: { en: Dough") :]

    first, second = faults_of(text)

    assert (first.line, first.code) == (36, "duplicate_slug")
    assert "18" in first.reason
    assert (second.line, second.code) == (42, "duplicate_slug")


def test_a_youtube_video_takes_neither_slug_nor_captions() -> None:
    text = with_line(22, "        slug: kneading\n        captions: { en: a.vtt }")

    assert [(fault.line, fault.code) for fault in faults_of(text)] == [
        (22, "unknown_key"),
        (23, "unknown_key"),
    ]


def test_a_video_may_have_more_places_and_then_captions_where_one_is_a_file() -> None:
    text = with_line(
        22,
        """        sources:
          - file: bread/kneading.webm
          - { link: "https://video.example/k?v=1", language: ru }
        captions: { en: a.vtt }""",
    )

    kneading = read_document(text).videos[0]

    assert kneading.sources == (
        SourceEntry("file", "bread/kneading.webm"),
        SourceEntry("link", "https://video.example/k?v=1", "ru"),
    )
    assert read_document(write_yaml(read_document(text))) == read_document(text)


@pytest.mark.parametrize(
    ("source", "code", "where"),
    [
        ("{ link: http://video.example/ }", "bad_link", ".link"),
        ("{ link: javascript:alert(1) }", "bad_link", ".link"),
        ("{ link: https://video.example/ x }", "bad_link", ".link"),
        ("{ language: ru }", "missing", ""),
        ("{ youtube: bbbbbbbbbbb, link: https://a.example/ }", "missing", ""),
        ("{ youtube: aaaaaaaaaaa }", "duplicate_source", ""),
        ("{ file: ../a.webm }", "bad_file", ".file"),
        ("{ place: here }", "missing", ""),
    ],
)
def test_a_place_that_is_none_is_refused(source: str, code: str, where: str) -> None:
    (fault, *_others) = faults_of(with_line(22, f"        sources: [{source}]"))

    assert (fault.line, fault.code, fault.path) == (
        22,
        code,
        f"phases[0].videos[0].sources[0]{where}",
    )


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("", 1, "empty"),
        ("# nothing\n", 1, "empty"),
        ("just words", 1, "wrong_type"),
        ("- 1\n- 2", 1, "wrong_type"),
        ("slug: a\ntitle: [", 2, "syntax"),
        ("slug: a\n\ttitle: b", 2, "syntax"),
        ("slug: a\nslug: b", 2, "duplicate_key"),
        ("slug: a\n? [b]\n: c", 2, "syntax"),
        ("slug: a\n---\nslug: b", 2, "several_documents"),
        ("slug: &a b\ntitle: *a", 1, "alias"),
        ("slug: a\ntitle: *nobody", 2, "alias"),
        ("slug: !!python/object/apply:os.system [id]", 1, "tag"),
        ("slug: a\ntitle: !secret b", 2, "tag"),
        ("slug: a\ntitle: b\x07", 2, "bad_character"),
        ('slug: a\ntitle: "b\\0"', 2, "bad_character"),
        ("slug: a\ntitle: \ud800", 2, "bad_character"),
        ("[" * 100_000, 1, "too_deep"),
        ("a: " * 50_000, 1, "syntax"),
        ("slug: a\n" + "#" * MAX_CHARACTERS, 1, "too_large"),
        ("x: [" + "a," * 60_000 + "]", 1, "too_large"),
    ],
)
def test_hostile_and_broken_yaml_is_refused_with_its_line(text: str, line: int, code: str) -> None:
    faults = faults_of(text)

    assert (line, code) in [(fault.line, fault.code) for fault in faults]


def test_a_bomb_of_aliases_is_refused_before_it_unfolds() -> None:
    bomb = "a: &a [x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20)
    )

    assert [(fault.line, fault.code) for fault in faults_of(bomb)] == [(1, "alias")]


def test_bytes_that_are_not_utf8_are_refused_with_their_line() -> None:
    assert [(f.line, f.code) for f in faults_of(SMALL.encode("utf-8")[:30] + b"\xff")] == [
        (3, "not_utf8")
    ]


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(small: CurriculumDocument) -> None:
    assert read_document(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()) == small


def test_json_is_read_like_yaml(small: CurriculumDocument) -> None:
    assert read_document(json.dumps(plain_document(small))) == small
    assert read_document(json.dumps(plain_document(small), ensure_ascii=False, indent=2)) == small


def test_a_written_document_reads_as_the_same(small: CurriculumDocument) -> None:
    written = write_yaml(small)

    assert read_document(written) == small
    assert write_yaml(read_document(written)) == written


def test_the_digest_sees_words_and_no_dress(small: CurriculumDocument) -> None:
    undressed = read_document("# a comment\n" + write_yaml(small))
    changed = read_document(SMALL.replace("Kneading", "Kneading!"))

    assert document_digest(undressed) == document_digest(small)
    assert document_digest(changed) != document_digest(small)


_words = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=60)
    .map(str.strip)
    .filter(lambda text: text and not set("\u2028\u2029\ufeff\ufffe\uffff") & set(text))
)  # fmt: skip
_texts = st.builds(LocalizedText, en=_words, ru=_words)


@given(title=_texts, hint=_texts, author=_words, seconds=st.integers(1, 86_400))
def test_any_words_survive_writing_and_reading(
    title: LocalizedText, hint: LocalizedText, author: str, seconds: int
) -> None:
    video = VideoEntry(
        "aaaaaaaaaaa", "youtube", "aaaaaaaaaaa", title, author, seconds, ("a",), hint=hint
    )
    document = CurriculumDocument(
        slug="any",
        title=title,
        summary=hint,
        outcomes=(OutcomeEntry("a", "is_not", title, hint),),
        phases=(PhaseEntry(title, hint, (video,)),),
    )

    assert read_document(write_yaml(document)) == document
