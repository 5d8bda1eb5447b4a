"""Production settings: no start without secrets, no warning from Django's deployment check."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.place import ROOT

GOOD = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "kT9mXw2qZ" * 6,
    "REMINDER_KEYS": "vB4" * 12,
    "DATABASE_URL": "postgres://secondpass:secret@database:5432/secondpass",
    "BROKER_URL": "redis://redis:6379/0",
    "CACHE_URL": "redis://redis:6379/1",
    "ALLOWED_HOSTS": "learn.example.org",
    "SITE_URL": "https://learn.example.org",
    "EMAIL_HOST": "smtp.example.org",
    "DEFAULT_FROM_EMAIL": "Second Pass <hello@learn.example.org>",
}
REQUIRED = sorted(set(GOOD) - {"DJANGO_SETTINGS_MODULE"})


def manage(words: list[str], env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_deployment_check_has_nothing_to_say() -> None:
    done = manage(["check", "--deploy", "--fail-level", "WARNING"], GOOD)

    assert done.stderr == ""
    # Silenced on purpose: the e-mail is unique by a constraint on Lower(); ADR 7 has the other two.
    assert re.fullmatch(r"System check identified no issues \(3 silenced\)\.\n", done.stdout)


def test_who_owns_the_whole_domain_can_promise_https_for_all_of_it() -> None:
    words = (
        "from django.conf import settings; "
        "print(settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_PRELOAD)"
    )
    whole = {"HSTS_SUBDOMAINS": "true", "HSTS_PRELOAD": "true"}

    assert manage(["shell", "--no-imports", "-c", words], GOOD).stdout == "False False\n"
    assert manage(["shell", "--no-imports", "-c", words], GOOD | whole).stdout == "True True\n"


def test_an_empty_environment_is_refused_with_every_name_that_is_missing() -> None:
    done = manage(["check"], {"DJANGO_SETTINGS_MODULE": "config.settings.production"})

    assert done.returncode == 1
    assert sorted(re.findall(r"  (\w+) is missing:", done.stderr)) == REQUIRED


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("REMINDER_KEYS", f"{'a' * 32},short", "REMINDER_KEYS has one that is too short"),
        ("SITE_URL", "http://learn.example.org", "SITE_URL is not what it must be"),
        ("SITE_URL", "https://learn.example.org/", "SITE_URL is not what it must be"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS may not be open to all"),
        ("EMAIL_HOST", " ", "EMAIL_HOST is missing"),
        ("HSTS_PRELOAD", "true", "HSTS_PRELOAD needs HSTS_SUBDOMAINS"),
    ],
)
def test_a_weak_or_wrong_value_is_refused_by_name(name: str, value: str, complaint: str) -> None:
    done = manage(["check"], GOOD | {name: value})

    assert done.returncode == 1
    assert complaint in done.stderr


def test_a_mail_server_is_spoken_to_in_one_way() -> None:
    done = manage(["check"], GOOD | {"EMAIL_USE_TLS": "true", "EMAIL_USE_SSL": "true"})

    assert done.returncode == 1
    assert "EMAIL_USE_TLS and EMAIL_USE_SSL exclude each other" in done.stderr


def test_tries_at_signing_in_are_counted_by_the_address_that_the_proxies_saw() -> None:
    words = "from allauth import app_settings; print(app_settings.TRUSTED_PROXY_COUNT)"

    assert manage(["shell", "--no-imports", "-c", words], GOOD).stdout == "1\n"
    two = GOOD | {"TRUSTED_PROXIES": "2"}
    assert manage(["shell", "--no-imports", "-c", words], two).stdout == "2\n"


def test_the_example_environment_and_compose_name_every_required_value() -> None:
    example = (ROOT / ".env.example").read_text()
    compose = (ROOT / "docker-compose.yml").read_text()

    for name in REQUIRED:
        assert f"  {name}: " in compose
        derived = name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL")
        assert derived or f"\n{name}=" in example


def test_the_image_copies_the_product_and_not_the_workshop() -> None:
    text = (ROOT / "Dockerfile").read_text()
    # What the stages before need stays in them.
    last = text.rpartition("\nFROM ")[2]
    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    copied = set(re.findall(r"^COPY (?!--from)(\S+) ", last, re.MULTILINE))

    assert all((ROOT / name).exists() for line in sources for name in line.split())
    assert copied == {
        "apps",
        "config",
        "curricula",
        "locale",
        "manage.py",
        "static",
        "templates",
    }
    assert "\nUSER app\n" in text


def test_files_are_prepared_without_any_secret_or_server(tmp_path: Path) -> None:
    # As the image does it; compressing all of the schema browser would only take time here.
    env = {
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "STATIC_ROOT": str(tmp_path),
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    }

    done = manage(["prepare", "--only", "files"], env)

    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("css/base.*.css.br"))
