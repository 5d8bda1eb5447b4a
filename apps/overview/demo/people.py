"""Who is in the demo, and how each of them learns. The same people every time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, product
from random import Random


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody learns. Days ago count from the moment the demo is made."""

    hours_per_week: float = 5.2
    ratio: float = 2.3
    # The share of second passes done too quickly.
    light: float = 0.06
    rate: float = 1.0
    # First passes that may run ahead of second ones.
    ahead: int = 3
    # Second passes they do before they do no more.
    rewatches: int = 99
    joined_days_ago: int | None = None
    watches: bool = True
    quits_days_ago: int = 0
    # The coding video whose second pass they cannot get through (1 is the first one).
    stuck_at: int = 0
    # Stops in the middle rather than sitting longer than there is time.
    is_short_of_time: bool = False
    watches_bonus: bool = True
    # By position: rewatches that were put off, to which day from today.
    put_off: tuple[tuple[int, int], ...] = ()
    shares: float = 0.12
    hour: int = 19
    quiet_days: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    zone: str
    language: str
    habits: Habits


STEADY = Habits()
NADIA = Habits(hours_per_week=5.0, light=0.1, put_off=((7, 0), (8, 1)), shares=0.3)
STOPPED = Habits(hours_per_week=4.6, quits_days_ago=9)
BEHIND = Habits(hours_per_week=1.7, is_short_of_time=True, watches_bonus=False)
DEBT = Habits(hours_per_week=5.0, ahead=30, rewatches=4)
BINGE = Habits(hours_per_week=24, ahead=30, rewatches=0, joined_days_ago=5)
LIGHT = Habits(light=1.0, ratio=2.2, hours_per_week=5.4)
STUCK = Habits(hours_per_week=6.0, stuck_at=1)
NOT_STARTED = Habits(watches=False, joined_days_ago=6)
NEWCOMER = Habits(watches=False, joined_days_ago=1)
FINISHED = Habits(hours_per_week=19, ratio=2.12, light=0.0, ahead=6, watches_bonus=False)

WARSAW, BERLIN, ROME = "Europe/Warsaw", "Europe/Berlin", "Europe/Rome"
# The learners of autumn-26, in the order in which they joined; the first one is learner@example.org.
CAST: tuple[tuple[str, str, str, Habits], ...] = (
    ("Nadia Kowalska", WARSAW, "en", NADIA),
    ("Ilse Brandt", BERLIN, "en", replace(STOPPED, quits_days_ago=12)),
    ("Marco Ferri", ROME, "en", replace(STOPPED, hours_per_week=4.8)),
    ("Oluwaseun Ade", "Africa/Lagos", "en", replace(STOPPED, quits_days_ago=16)),
    ("Hana Kimura", "Asia/Tokyo", "en", NOT_STARTED),
    ("Piotr Zając", WARSAW, "en", DEBT),
    ("Layla Haddad", "Asia/Amman", "en", BINGE),
    ("Tomás Silva", "America/Sao_Paulo", "en", STUCK),
    ("Oscar Nyström", "Europe/Stockholm", "en", replace(STEADY, hours_per_week=6.2)),
    ("Emma Visser", "Europe/Amsterdam", "en", replace(STEADY, hours_per_week=6.0, ratio=2.2)),
    ("Hugo Lindqvist", "Europe/Stockholm", "en", replace(STEADY, ahead=4, hours_per_week=6.4)),
    ("Bruno Alves", "Europe/Lisbon", "en", replace(STEADY, hours_per_week=6.1, ratio=2.1)),
    ("Иван Петров", "Europe/Moscow", "ru", replace(STEADY, hours_per_week=6.0, ratio=2.8)),
    ("Farah Aziz", "Asia/Karachi", "en", replace(STEADY, hours_per_week=5.9, ratio=2.6)),
    ("Uma Iyer", "Asia/Kolkata", "en", replace(STEADY, hours_per_week=5.9)),
    ("Kavya Rao", "Asia/Kolkata", "en", replace(STEADY, rate=1.25, ratio=2.7)),
    ("Mei Tanaka", "Asia/Tokyo", "en", replace(STEADY, hour=21)),
    ("Xin Li", "Asia/Shanghai", "en", replace(STEADY, ratio=2.15, hour=8)),
    ("Wanjiru Kamau", "Africa/Nairobi", "en", replace(STEADY, ratio=2.7, hour=7)),
    ("Дмитрий Соколов", "Asia/Yekaterinburg", "ru", replace(STEADY, ratio=2.5, shares=0.3)),
    ("Jonas Weber", BERLIN, "en", replace(STEADY, ratio=2.2, quiet_days=0b1000000)),
    ("Elif Demir", "Europe/Istanbul", "en", replace(STEADY, ratio=2.4, hour=20)),
    ("David Stein", "Asia/Jerusalem", "en", replace(STEADY, quiet_days=0b0110000)),
    ("Filip Marek", "Europe/Prague", "en", replace(STEADY, ratio=2.1, hours_per_week=5.4)),
    ("Zofia Nowak", WARSAW, "en", replace(STEADY, ratio=2.4, ahead=4)),
    ("Rosa Bianchi", ROME, "en", replace(STEADY, ratio=2.1, hours_per_week=5.0)),
    ("Gabriel Costa", "America/Sao_Paulo", "en", replace(STEADY, ratio=2.1, hour=7)),
    ("Clara Jensen", "Europe/Copenhagen", "en", replace(STEADY, hours_per_week=5.0)),
    ("Tereza Nováková", "Europe/Prague", "en", replace(BEHIND, hours_per_week=1.9)),
    ("Noor Rahman", "Asia/Dhaka", "en", replace(STEADY, ratio=2.5, hours_per_week=4.9)),
    ("Paula Gómez", "America/Bogota", "en", replace(STEADY, ratio=2.4, hours_per_week=4.8)),
    ("Viktor Horváth", "Europe/Budapest", "en", replace(STEADY, ratio=2.4, hours_per_week=4.8)),
    ("Ben Okafor", "America/Toronto", "en", LIGHT),
    ("Yusuf Kaya", "Europe/Istanbul", "en", replace(STEADY, hours_per_week=4.7)),
    ("Greta Olsen", "Europe/Oslo", "en", replace(STEADY, ratio=2.2, hours_per_week=4.7)),
    ("Aino Virtanen", "Europe/Helsinki", "en", replace(STEADY, ratio=2.7, hours_per_week=4.8)),
    ("Liam O’Brien", "Europe/Dublin", "en", FINISHED),
    ("Quentin Roy", "America/Vancouver", "en", replace(STEADY, hours_per_week=4.7, rate=1.5)),
    ("Samir Patel", "Europe/London", "en", replace(STEADY, ratio=2.05, hours_per_week=4.9)),
    ("Ines Moreau", "Europe/Paris", "en", BEHIND),
    ("Chloé Martin", "Europe/Paris", "en", replace(STEADY, ratio=2.2, hours_per_week=4.9)),
    ("Анна Лебедева", "Asia/Novosibirsk", "ru", NEWCOMER),
)  # fmt: skip

GIVEN = (
    "Ada", "Amal", "Anders", "Beatriz", "Boris", "Camille", "Chidi", "Daniela", "Emil", "Esther",
    "Farid", "Freya", "Giulia", "Haruto", "Ida", "Imran", "Isabel", "Jakub", "Julia", "Karim",
    "Katya", "Laura", "Leila", "Lucas", "Magda", "Mateo", "Mina", "Natalia", "Nikhil", "Olga",
    "Pedro", "Priya", "Rahim", "Rita", "Sara", "Sofia", "Taro", "Vera", "Wei", "Zeynep",
)  # fmt: skip
FAMILY = (
    "Abebe", "Andersson", "Banerjee", "Becker", "Castro", "Chen", "Cohen", "Dubois", "Eriksen",
    "Fischer", "Garcia", "Hassan", "Ivanova", "Janssen", "Khan", "Kim", "Kovács", "Larsen", "Lopez",
    "Mbeki", "Moretti", "Nakamura", "Nguyen", "Novotná", "Olsson", "Park", "Popescu", "Rossi",
    "Santos", "Schmidt", "Sharma", "Singh", "Suzuki", "Tran", "Volkov", "Walker", "Wójcik", "Yilmaz",
    "Zhang", "Zimmer",
)  # fmt: skip
LETTERS = "ABCDEFGHJKLMNOPRSTVW"
DOMAIN = "demo.example.org"


def cast(size: int) -> Iterator[Person]:
    """The first `size` people: the 42 by name, then as many others as are wanted."""
    for index, (name, zone, language, habits) in enumerate(CAST[:size], start=1):
        yield Person(name, _address(index), zone, language, habits)
    names = _more_names()
    for index in range(len(CAST) + 1, size + 1):
        # The stories repeat, with other names; Nadia's put-off rewatches are hers alone.
        _name, zone, language, habits = CAST[1 + index % (len(CAST) - 1)]
        yield Person(next(names), _address(index), zone, language, _varied(habits, index))


def _address(index: int) -> str:
    return "learner@example.org" if index == 1 else f"learner-{index}@{DOMAIN}"


def _varied(habits: Habits, index: int) -> Habits:
    """A little different from the one in the cast, the same every time."""
    random = Random(index)  # noqa: S311 - nothing secret
    if not habits.watches:
        return habits
    return replace(
        habits,
        hours_per_week=habits.hours_per_week * random.uniform(0.95, 1.1),
        ratio=habits.ratio * random.uniform(0.98, 1.1),
        hour=random.choice((7, 8, 12, 18, 19, 19, 20, 21)),
    )


def _more_names() -> Iterator[str]:
    for turn in count():
        middle = f" {LETTERS[turn % len(LETTERS)]}." if turn else ""
        for family, given in product(FAMILY, GIVEN):
            yield f"{given}{middle} {family}"
