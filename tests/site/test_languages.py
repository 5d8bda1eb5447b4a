"""Whose language is spoken: the browser's to visitors, the person's own to members and in their mails."""

from datetime import date

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import User
from apps.core.dates import days_ago_words, exact_day, in_days_words
from apps.core.durations import duration_about, duration_words

ASKS_FOR_RUSSIAN = {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"}
TODAY = date(2026, 11, 24)


@pytest.mark.django_db
def test_a_visitor_reads_the_language_of_the_browser(client: Client) -> None:
    russian = client.get("/", headers=ASKS_FOR_RUSSIAN)
    other = client.get("/", headers={"Accept-Language": "fi"})

    assert (russian["Content-Language"], other["Content-Language"]) == ("ru", "en")
    assert "Зарегистрироваться" in russian.content.decode()
    assert "Sign up" in other.content.decode()


def test_a_member_reads_their_own_language_in_any_browser(client: Client, learner: User) -> None:
    User.objects.filter(pk=learner.pk).update(language="ru")
    client.force_login(learner)

    page = client.get(reverse("overview:profile"), headers={"Accept-Language": "en"})

    assert page["Content-Language"] == "ru"
    assert '<html lang="ru"' in page.content.decode()
    assert "Профиль" in page.content.decode()


def test_a_mail_speaks_the_language_of_whom_it_is_for(client: Client, learner: User) -> None:
    User.objects.filter(pk=learner.pk).update(language="ru")

    client.post(
        reverse("account_reset_password"),
        {"email": learner.email},
        headers={"Accept-Language": "en"},
    )

    assert [letter.subject for letter in mail.outbox] == ["Новый пароль для «Второго прохода»"]
    assert "Эта ссылка" in str(mail.outbox[0].body)


@pytest.mark.django_db
def test_an_error_of_django_says_ty(client: Client) -> None:
    page = client.post(
        reverse("account_signup"), {"email": "no address"}, headers=ASKS_FOR_RUSSIAN
    ).content.decode()

    assert "Это не похоже на адрес эл.\N{NO-BREAK SPACE}почты." in page
    assert "Введите" not in page
    assert "Пожалуйста" not in page


def test_russian_numbers_and_days_have_their_cases() -> None:
    with translation.override("ru"):
        ago = [days_ago_words(date(2026, 11, day), TODAY) for day in (3, 21, 19)]
        about = [duration_about(minutes * 60) for minutes in (1, 62, 25)]

        assert ago == [
            "21\N{NO-BREAK SPACE}день назад",
            "3\N{NO-BREAK SPACE}дня назад",
            "5\N{NO-BREAK SPACE}дней назад",
        ]
        assert about == [
            "примерно 1\N{NO-BREAK SPACE}минута",
            "примерно 62\N{NO-BREAK SPACE}минуты",
            "примерно 25\N{NO-BREAK SPACE}минут",
        ]
        assert duration_words(170 * 60) == "2\N{NO-BREAK SPACE}ч 50\N{NO-BREAK SPACE}мин"
        assert exact_day(TODAY) == "Вторник, 24 ноября 2026"
        assert in_days_words(date(2026, 11, 27), TODAY) == "через 3\N{NO-BREAK SPACE}дня, пятница"
