"""The page on which REST is tried: drawn by our own files, under our Content-Security-Policy."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD


def test_the_whole_schema_is_drawn_and_can_be_tried(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None]
) -> None:
    page = new_page()
    foreign: list[str] = []
    page.on(
        "request",
        lambda request: None if "127.0.0.1" in request.url else foreign.append(request.url),
    )
    sign_in(page, "learner@example.org")
    page.goto("/api/v1/docs/")

    me = page.locator("#operations-me-read_me")
    # The schema is made when it is asked for first.
    expect(me).to_be_visible(timeout=30_000)
    assert page.locator(".opblock").count() > 25

    me.get_by_role("button").first.click()
    me.get_by_role("button", name="Try it out").click()
    me.get_by_role("button", name="Execute").click()

    expect(me.locator(".live-responses-table .response .response-col_status")).to_have_text("200")
    expect(me.locator(".live-responses-table")).to_contain_text("learner@example.org")
    assert [url for url in foreign if url.startswith("http")] == []
    assert PASSWORD not in page.content()
