"""The first minute of a visitor and of the demo's people."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.whole_stack


def test_a_visitor_reads_what_it_is_without_an_error_in_the_console(page: Page) -> None:
    page.goto("/")

    assert "Second Pass" in page.title()
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("name", ["learner", "instructor", "observer", "admin"])
def test_everyone_of_the_demo_can_sign_in(
    page: Page, sign_in: Callable[[Page, str], None], name: str
) -> None:
    sign_in(page, f"{name}@example.org")

    assert page.locator("h1").count() == 1
