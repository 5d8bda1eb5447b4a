"""Random curriculum documents, valid ones, with titles that want to break out of a page or of YAML."""

from hypothesis import strategies as st

from apps.curriculum.document import (
    CreditEntry,
    CurriculumDocument,
    OutcomeEntry,
    PhaseEntry,
    SourceEntry,
    VideoEntry,
)
from apps.curriculum.texts import Hours, LocalizedText

HOSTILE = [
    "<script>alert(1)</script>",
    "</textarea><img src=x onerror=alert(1)>",
    "\"' onmouseover=alert(1) x='",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "javascript:alert(1)",
    "&lt;b&gt; &amp; %(title)s %s {0}",
    "- no: yes # 1:02:03",
    "!!python/object: x",
    "null",
    "ё \u202e rtl",
]
letters = st.characters(
    exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"), exclude_characters="\ufeff\x85"
)
lines = (
    (st.sampled_from(HOSTILE) | st.text(letters, min_size=1, max_size=30))
    .map(str.strip)
    .filter(bool)
)
texts = st.builds(LocalizedText, lines, lines)
maybe_texts = st.just(LocalizedText()) | texts
many_lines = st.lists(lines, min_size=1, max_size=3).map("\n".join)
long_texts = st.just(LocalizedText()) | st.builds(LocalizedText, many_lines, many_lines)
hours = st.none() | st.tuples(st.integers(1, 90), st.integers(0, 9)).map(
    lambda pair: Hours(pair[0], pair[0] + pair[1])
)
credit_lists = st.lists(st.builds(CreditEntry, lines, maybe_texts), max_size=2).map(tuple)
links = st.from_regex(r"https://[a-z]{1,8}\.example/[!-~]{0,12}", fullmatch=True)
sources = st.lists(links, max_size=2, unique=True).map(
    lambda found: tuple(SourceEntry("link", link) for link in found)
)


@st.composite
def documents(draw: st.DrawFn) -> CurriculumDocument:
    codes = draw(
        st.lists(
            st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True), min_size=1, max_size=4, unique=True
        )
    )
    kinds = sorted(
        (draw(st.sampled_from(["is_not", "does", "knows"])) for _ in codes),
        key=["is_not", "does", "knows"].index,
    )
    outcomes = tuple(
        OutcomeEntry(code, kind, draw(texts), draw(texts) if kind == "is_not" else LocalizedText())
        for code, kind in zip(codes, kinds, strict=True)
    )
    ids = draw(
        st.lists(
            st.from_regex(r"[A-Za-z0-9_-]{11}", fullmatch=True), min_size=1, max_size=5, unique=True
        )
    )
    cut = draw(st.integers(1, len(ids)))
    served = st.lists(st.sampled_from(codes), min_size=1, unique=True).map(
        lambda x: tuple(sorted(x))
    )

    def video(youtube: str) -> VideoEntry:
        return VideoEntry(
            slug=youtube,
            provider="youtube",
            address=youtube,
            title=draw(texts),
            author=draw(lines),
            duration_seconds=draw(st.integers(1, 24 * 3600)),
            outcomes=draw(served),
            duration_is_approximate=draw(st.booleans()),
            topics=draw(maybe_texts),
            description=draw(long_texts),
            spoken_language=draw(st.sampled_from(["en", "ru", "de"])),
            sources=draw(sources),
            credits=draw(credit_lists),
            is_bonus=draw(st.booleans()),
            needs_torch=draw(st.booleans()),
        )

    groups = [group for group in (ids[:cut], ids[cut:]) if group]
    phases = tuple(
        PhaseEntry(
            draw(texts), draw(texts), tuple(video(each) for each in group), hours=draw(hours)
        )
        for group in groups
    )
    return CurriculumDocument(
        slug="random", title=draw(texts), summary=draw(texts), outcomes=outcomes, phases=phases,
        role=draw(maybe_texts), result=draw(long_texts), hours=draw(hours), credits=draw(credit_lists),
    )  # fmt: skip
