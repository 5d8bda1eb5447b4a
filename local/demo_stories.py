"""What the two videos of the curriculum `try-it` tell: captions, chimes, and the rings by the clock.

Every moment is a share of the video's length, so that tests may have them shorter.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: from and to as shares of the whole, and its words in both languages."""

    start: float
    end: float
    en: str
    ru: str


@dataclass(frozen=True, slots=True)
class Moment:
    """What the two rings show at one instant. All figures are shares between 0 and 1."""

    disc: float = 0.0
    memory: float = 1.0
    ring: float = 0.0
    due: float = 0.0
    notes: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """One demo video: its file, its length, its captions, its chimes and its drawing."""

    name: str
    seconds: float
    cues: tuple[Cue, ...]
    chimes: tuple[tuple[float, float], ...]
    moment: Callable[[float], Moment]


def _between(share: float, start: float, end: float) -> float:
    return min(1.0, max(0.0, (share - start) / (end - start)))


def _two_passes(share: float) -> Moment:
    """The disc fills, fades as memory does, the ring falls due and fills, the disc comes back."""
    forgotten = 0.72 * _between(share, 0.40, 0.56)
    return Moment(
        disc=_between(share, 0.08, 0.34),
        memory=1.0 - forgotten * (1.0 - _between(share, 0.66, 0.90)),
        due=_between(share, 0.56, 0.60),
        ring=_between(share, 0.66, 0.90),
    )


# Where the second pass stops for a note, as shares of the ring, and where the playhead goes back to.
STOPS = (0.14, 0.30, 0.47, 0.66, 0.83)


def _stop_and_go(share: float) -> Moment:
    """The ring fills in steps: it plays on, stops at a note, waits while one writes, plays on."""
    walk = _between(share, 0.16, 0.90) * (len(STOPS) + 1)
    stage, part = int(walk), walk - int(walk)
    marks = (0.0, *STOPS, 1.0)
    if stage > len(STOPS):
        return Moment(disc=1.0, ring=1.0, notes=len(STOPS))
    here, there = marks[stage], marks[stage + 1]
    # Half of each step is played, the other half is the pause in which one writes and tries.
    return Moment(
        disc=1.0,
        ring=here + (there - here) * min(1.0, part * 2),
        notes=min(len(STOPS), stage + (1 if part >= 0.5 else 0)),
    )


STORIES: dict[str, Story] = {
    "two-passes": Story(
        name="two-passes",
        seconds=48.0,
        cues=(
            Cue(0.01, 0.09, "Every video is watched twice.", "Каждое видео смотрят дважды."),
            Cue(
                0.10,
                0.24,
                "The first pass: from start to end.\nNo notes, no code. Just watch.",
                "Первый проход: от начала до конца.\nБез заметок и кода. Просто смотри.",
            ),
            Cue(
                0.25,
                0.37,
                "The disc fills as you watch.\nWhat stays is the shape of it.",
                "Круг заполняется, пока ты смотришь.\nВ памяти остаётся каркас.",
            ),
            Cue(
                0.40,
                0.54,
                "Then the details fade.\nThat is how memory works.",
                "Потом подробности бледнеют.\nТак устроена память.",
            ),
            Cue(
                0.56,
                0.65,
                "In a few days the second pass is due.\nYou get one message.",
                "Через несколько дней пора на второй проход.\nПридёт одно напоминание.",
            ),
            Cue(
                0.66,
                0.79,
                "The second pass: notebook open,\nstop often, type every line yourself.",
                "Второй проход: открытая тетрадь,\nчастые паузы, весь код своими руками.",
            ),
            Cue(
                0.80,
                0.90,
                "It takes two to three times the length.\nThis is where you learn.",
                "Он в два-три раза длиннее видео.\nИменно тут и учатся.",
            ),
            Cue(
                0.91,
                0.99,
                "Two rings, both full: now it is yours.",
                "Оба кольца полны: теперь оно твоё.",
            ),
        ),
        chimes=((0.34, 523.25), (0.56, 392.0), (0.90, 523.25), (0.92, 659.25)),
        moment=_two_passes,
    ),
    "at-the-desk": Story(
        name="at-the-desk",
        seconds=54.0,
        cues=(
            Cue(
                0.01, 0.08, "A second pass is not a replay.", "Второй проход — не повторный показ."
            ),
            Cue(
                0.085,
                0.16,
                "First write what you remember.\nThe gaps show you where to stop.",
                "Сначала запиши, что помнишь.\nПробелы покажут, где остановиться.",
            ),
            Cue(
                0.17,
                0.28,
                "Play, then stop.\nA concept, in your own words.",
                "Смотри и останавливайся.\nПонятие — своими словами.",
            ),
            Cue(
                0.29,
                0.41,
                "Code: typed by hand, not pasted.\nFingers remember too.",
                "Код: набран руками, а не вставлен.\nПальцы тоже запоминают.",
            ),
            Cue(
                0.42,
                0.53,
                "An experiment: break it on purpose.\nSay first what you expect.",
                "Опыт: сломай нарочно.\nНо сначала скажи, чего ждёшь.",
            ),
            Cue(
                0.54,
                0.65,
                "An observation:\nwrite down what surprised you.",
                "Наблюдение:\nзапиши, что тебя удивило.",
            ),
            Cue(
                0.66,
                0.77,
                "A question:\nkeep it until you can answer it.",
                "Вопрос:\nхрани его, пока не найдёшь ответ.",
            ),
            Cue(
                0.78,
                0.90,
                "Each note hangs on its second of the video.\nOne click brings you back there.",
                "Каждая заметка висит на своей секунде.\nОдин щелчок — и ты снова там.",
            ),
            Cue(0.91, 0.99, "The ring is full. Well worked.", "Кольцо полно. Хорошая работа."),
        ),
        chimes=(*((0.16 + 0.74 * (step + 0.5) / 6, 440.0) for step in range(5)), (0.90, 659.25)),
        moment=_stop_and_go,
    ),
}
