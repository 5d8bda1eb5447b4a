"""Makes the two short videos of the curriculum `try-it`: the method, explained by its own two rings.

Pictures are drawn as planes of colour numbers and painted by translating each number through a
table, so a fade or a filling clock costs a few microseconds a frame and needs no image library.
PyAV encodes them as WebM (VP8 and Opus) with a bit-exact header: the same call gives the same
bytes. The words lie beside the picture as WebVTT, in English and in Russian.
"""

import math
import sys
from array import array
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av

from local.demo_stories import STOPS, STORIES, Moment, Story

WIDTH, HEIGHT, FRAMES_PER_SECOND = 640, 360, 12
CENTRE_X, CENTRE_Y = WIDTH / 2, 158.0
SOUND_RATE, SOUND_FRAME = 48_000, 960

# The dark halves of the design tokens: a player stands on a dark stage whatever the page is.
STAGE, INK, FAINT = "#0A0B0C", "#EDEDEA", "#6E7279"
FIRST, SECOND, DUE = "#6C9EF6", "#F0923F", "#EC5FB0"

DISC_RADIUS, RING_RADIUS, RING_WIDTH, OUTLINE = 70.0, 115.0, 14.0, 2.5
# Shades from ground to full colour; they smooth the round edges.
SHADES = 7


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _mixed(ground: str, colour: str, share: float) -> tuple[int, int, int]:
    """The mixture as limited-range BT.601 Y, U, V: what players take VP8 to be."""
    red, green, blue = (
        below + (above - below) * share
        for below, above in zip(_rgb(ground), _rgb(colour), strict=True)
    )
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return (
        round(16 + 219 * luma),
        round(128 + 224 * (blue - luma) / 1.772),
        round(128 + 224 * (red - luma) / 1.402),
    )


# Colour numbers: 0 is the stage, then one run of shades for each part.
PARTS = ("outline", "disc", "due", "ring", "tick")
FIRST_NUMBER = {part: 1 + index * SHADES for index, part in enumerate(PARTS)}


class Canvas:
    """Planes of colour numbers for luma (full size) and chroma (halved), painted by angle."""

    def __init__(self) -> None:
        self.scales = (1, 2)
        self.planes = [bytearray(WIDTH // s * (HEIGHT // s)) for s in self.scales]
        self.spots: dict[str, list[list[tuple[float, int, int]]]] = {}
        disc = self._annulus(0.0, DISC_RADIUS + OUTLINE / 2)
        ring = self._annulus(RING_RADIUS - RING_WIDTH / 2, RING_RADIUS + RING_WIDTH / 2)
        for edge in (DISC_RADIUS, RING_RADIUS):
            outline = self._annulus(edge - OUTLINE / 2, edge + OUTLINE / 2)
            for plane, spots in zip(self.planes, outline, strict=True):
                for _clock, place, shade in spots:
                    plane[place] = FIRST_NUMBER["outline"] + shade
        self.spots["disc"], self.spots["ring"] = disc, ring
        self.spots["due"] = [[spot for spot in plane if spot[0] * 20 % 1 < 0.6] for plane in ring]
        self.done = {part: [0] * len(self.planes) for part in self.spots}

    def _annulus(self, inner: float, outer: float) -> list[list[tuple[float, int, int]]]:
        """For each plane the spots of a ring as (share of the clock, place, shade), by the clock."""
        found: list[list[tuple[float, int, int]]] = []
        for scale in self.scales:
            columns, spots = WIDTH // scale, []
            reach = int(outer) + 3
            for y in range(int(CENTRE_Y - reach) // scale, int(CENTRE_Y + reach) // scale):
                for x in range(int(CENTRE_X - reach) // scale, int(CENTRE_X + reach) // scale):
                    right = (x + 0.5) * scale - CENTRE_X
                    down = (y + 0.5) * scale - CENTRE_Y
                    away = math.hypot(right, down)
                    cover = min(outer - away, away - inner if inner else outer) / scale + 0.5
                    shade = round(min(1.0, max(0.0, cover)) * SHADES)
                    if shade:
                        clock = math.atan2(right, -down) / math.tau % 1
                        spots.append((clock, y * columns + x, shade - 1))
            found.append(sorted(spots))
        return found

    def fill(self, part: str, share: float) -> None:
        """Paint the part up to this share of the clock, over all that was there."""
        first = FIRST_NUMBER[part]
        for index, spots in enumerate(self.spots[part]):
            plane, place = self.planes[index], self.done[part][index]
            while place < len(spots) and spots[place][0] < share:
                _clock, where, shade = spots[place]
                plane[where] = first + shade
                place += 1
            self.done[part][index] = place

    def tick(self, share: float) -> None:
        """A note: a short line outside the ring at this share of the clock."""
        for plane, scale in zip(self.planes, self.scales, strict=True):
            columns = WIDTH // scale
            for step in range(15):
                for across in (-1.0, -0.5, 0.0, 0.5, 1.0):
                    away, angle = RING_RADIUS + 13 + step, share * math.tau
                    x = CENTRE_X + math.sin(angle) * away + math.cos(angle) * across
                    y = CENTRE_Y - math.cos(angle) * away + math.sin(angle) * across
                    place = int(y) // scale * columns + int(x) // scale
                    plane[place] = FIRST_NUMBER["tick"] + SHADES - 1


def _tables(moment: Moment) -> tuple[bytes, bytes, bytes]:
    """From colour numbers to Y, U and V at this moment."""
    strengths = {
        "outline": (FAINT, 1.0),
        "disc": (FIRST, moment.memory),
        "due": (DUE, moment.due),
        "ring": (SECOND, 1.0),
        "tick": (INK, 1.0),
    }
    tables = [bytearray(256) for _ in range(3)]
    for number, value in enumerate(_mixed(STAGE, STAGE, 0.0)):
        tables[number][0] = value
    for part, (colour, strength) in strengths.items():
        for shade in range(SHADES):
            colours = _mixed(STAGE, colour, strength * (shade + 1) / SHADES)
            for table, value in zip(tables, colours, strict=True):
                table[FIRST_NUMBER[part] + shade] = value
    return bytes(tables[0]), bytes(tables[1]), bytes(tables[2])


def _pictures(story: Story, seconds: float) -> Iterator[av.VideoFrame]:
    canvas, notes = Canvas(), 0
    total = round(seconds * FRAMES_PER_SECOND)
    for index in range(total):
        moment = story.moment(index / max(1, total - 1))
        canvas.fill("disc", moment.disc)
        if moment.due:
            canvas.fill("due", 1.0)
        canvas.fill("ring", moment.ring)
        while notes < moment.notes:
            canvas.tick(STOPS[notes])
            notes += 1
        frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
        for plane, numbers, table in zip(
            frame.planes, (canvas.planes[0], *[canvas.planes[1]] * 2), _tables(moment), strict=True
        ):
            plane.update(_padded(bytes(numbers.translate(table)), plane))
        # Without its own time each frame makes Chromium stop with a decode error.
        frame.pts, frame.time_base = index, Fraction(1, FRAMES_PER_SECOND)
        yield frame


def _padded(pixels: bytes, plane: "av.video.plane.VideoPlane") -> bytes:
    """A plane's lines may be longer in memory than they are wide."""
    if plane.line_size == plane.width:
        return pixels
    gap = bytes(plane.line_size - plane.width)
    return b"".join(
        pixels[at : at + plane.width] + gap for at in range(0, len(pixels), plane.width)
    )


def _sounds(story: Story, seconds: float) -> Iterator[av.AudioFrame]:
    """Silence with soft chimes: a tone and its octave, dying away in a second and a half."""
    wave = array("h", bytes(2 * math.ceil(seconds * SOUND_RATE / SOUND_FRAME) * SOUND_FRAME))
    for share, pitch in story.chimes:
        begin = int(share * seconds * SOUND_RATE)
        for step in range(min(int(1.5 * SOUND_RATE), len(wave) - begin)):
            time = step / SOUND_RATE
            loudness = 5200 * math.exp(-3.2 * time) * min(1.0, time * 200)
            turn = math.tau * pitch * time
            wave[begin + step] = max(
                -32_000,
                min(
                    32_000,
                    wave[begin + step]
                    + int(loudness * (math.sin(turn) + 0.35 * math.sin(2 * turn))),
                ),
            )
    for begin in range(0, len(wave), SOUND_FRAME):
        frame = av.AudioFrame(format="s16", layout="mono", samples=SOUND_FRAME)
        frame.planes[0].update(wave[begin : begin + SOUND_FRAME].tobytes())
        frame.sample_rate = SOUND_RATE
        frame.pts, frame.time_base = begin, Fraction(1, SOUND_RATE)
        yield frame


def _write_video(story: Story, seconds: float, path: Path) -> None:
    with av.open(str(path), "w", format="webm", options={"fflags": "+bitexact"}) as container:
        picture = container.add_stream("libvpx", rate=FRAMES_PER_SECOND)
        picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        picture.time_base = Fraction(1, FRAMES_PER_SECOND)
        picture.bit_rate = 300_000
        # A key frame every two seconds lets a seek land near where it was meant to.
        picture.gop_size = FRAMES_PER_SECOND * 2
        # A negative speed is a fixed one; a positive one follows the load of the machine.
        picture.options = {"deadline": "realtime", "cpu-used": "-4", "threads": "1"}
        sound = container.add_stream("libopus", rate=SOUND_RATE, layout="mono")
        sound.bit_rate = 32_000
        for made in (picture, sound):
            made.codec_context.flags |= av.codec.context.Flags.bitexact
        sounds = _sounds(story, seconds)
        heard = 0.0
        for frame in _pictures(story, seconds):
            container.mux(picture.encode(frame))
            # Sound and picture take turns, so that a player reads them from one place in the file.
            while heard < (frame.pts or 0) / FRAMES_PER_SECOND:
                tone = next(sounds, None)
                if tone is None:
                    break
                heard = ((tone.pts or 0) + SOUND_FRAME) / SOUND_RATE
                container.mux(sound.encode(tone))
        for tone in sounds:
            container.mux(sound.encode(tone))
        container.mux(picture.encode(None))
        container.mux(sound.encode(None))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"00:{int(minutes):02d}:{rest:06.3f}"


def captions(story: Story, language: str, seconds: float | None = None) -> str:
    """The story's captions as a WebVTT document in `en` or `ru`."""
    length = story.seconds if seconds is None else seconds
    blocks = [
        f"{_clock(cue.start * length)} --> {_clock(cue.end * length)}\n{getattr(cue, language)}"
        for cue in story.cues
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def make_video(story: Story, directory: Path, seconds: float | None = None) -> Path:
    """Write `<name>.webm` with `<name>.en.vtt` and `<name>.ru.vtt` and answer the video's path.

    A file appears under its name only when it is whole; `seconds` shortens it for tests.
    """
    length = story.seconds if seconds is None else seconds
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{story.name}.webm"
    half_made = directory / f".{story.name}.webm.part"
    _write_video(story, length, half_made)
    half_made.replace(path)
    for language in ("en", "ru"):
        text = captions(story, language, length)
        (directory / f"{story.name}.{language}.vtt").write_text(text, encoding="utf-8")
    return path


def make_demo_videos(media_root: Path) -> list[Path]:
    """Make what is missing of the demo's videos under `<media_root>/try-it/`."""
    directory = media_root / "try-it"
    return [
        make_video(story, directory)
        for story in STORIES.values()
        if not (directory / f"{story.name}.webm").exists()
    ]


if __name__ == "__main__":
    for made in make_demo_videos(Path(sys.argv[1])):
        print(made)
