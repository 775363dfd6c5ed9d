"""What the console bears: hostile names, servers that go away, and much of everything."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import Browser, expect

from mock_knock.server import KnockServer
from mock_knock.settings import Settings

from .browsers import window
from .visits import Visit


def test_hostile_names_do_nothing_in_a_browser(
    browser: Browser, served: KnockServer, there: Visit
) -> None:
    text = "<img src=x onerror=pwned=1>\u202e<script>pwned=1</script>"
    user = {"id": "<img src=x onerror=pwned=1>", "name": text, "email": text}
    there.call("POST", "/v1/workflows/welcome/trigger", {"recipients": [user]})
    message = there.call("GET", "/v1/messages")["items"][0]["id"]
    with window(browser) as opened:
        page = opened.page
        page.goto(f"{served.url}{there.home}/events")
        # What the live log shows is made by scripts.
        there.call("POST", "/v1/workflows/welcome/trigger", {"recipients": [user]})
        expect(page.locator("#log .row").first).to_be_visible()
        for path in ("/users", "/messages", "/runs", "/requests", f"/messages/{message}"):
            page.goto(served.url + there.home + path)
            shown = "/v1/<script>" if path == "/requests" else "<img src=x onerror=pwned=1>"
            there.client.get("/v1/<script>", headers={"authorization": f"Bearer {there.key}"})
            there.call("PUT", "/v1/users/another", {"name": text})
            expect(page.locator("main")).to_contain_text(shown)
        page.goto(f"{served.url}{there.home}/users")
        expect(page.locator("main")).to_contain_text("\\u202e")
        refused = page.evaluate("() => { try { document.body.innerHTML = '<b>'; } "
                                "catch (error) { return error.name; } }")  # fmt: skip
        assert refused == "TypeError"
        opened.problems[:] = [each for each in opened.problems if "TrustedHTML" not in each]


def test_the_page_says_when_the_server_is_gone_and_goes_on_when_it_is_back(
    browser: Browser,
) -> None:
    server = KnockServer()
    server.start()
    port = int(server.url.rpartition(":")[2])
    with window(browser) as opened:
        page = opened.page
        with httpx.Client(base_url=server.url) as client:
            there = Visit(client, "sk_lost")
        page.goto(f"{server.url}{there.home}")
        live = page.locator("#live")
        expect(live).to_have_text("live")
        server.stop()
        expect(live).to_have_text("the server does not answer")
        page.get_by_role("button", name="Let a second pass").click()
        expect(page.locator("#alerts")).to_contain_text("is it still running?")
        again = KnockServer(port=port)
        again.start()
        try:
            with httpx.Client(base_url=again.url) as client:
                Visit(client, "sk_lost").call("PUT", "/v1/users/ellie", {})
            expect(live).to_have_text("live", timeout=20_000)
            expect(page.locator("#latest-requests")).to_contain_text("/v1/users/ellie")
        finally:
            again.stop()
        opened.problems.clear()  # the browser tells of each call that found no server


def test_a_hundred_thousand_events_leave_the_page_alive(
    browser: Browser, served: KnockServer, there: Visit
) -> None:
    with window(browser) as opened:
        page = opened.page
        page.goto(f"{served.url}{there.home}/events")
        expect(page.locator("#live")).to_have_text("live")
        environment = served.service.environments.by_id(there.id)
        assert environment is not None
        events = environment.world.events

        def burst() -> None:
            now = environment.world.now
            for number in range(2_000):
                events.record("message.seen", f"message-{number}", now)

        for _ in range(50):
            served.call(burst)
        # One more, by the front door: it is seen, although the stream was flooded.
        there.call("PUT", "/v1/users/last", {})
        expect(page.locator("#log .row .kind").first).to_have_text(re.compile("answer|request"))
        assert page.locator("#log .row").count() < 60
        assert page.locator("tr").count() < 150
        page.get_by_role("button", name="Let a second pass").click()
        expect(page.locator("#toasts")).to_contain_text("Done")
        page.locator("#log").evaluate("log => { log.scrollTop = log.scrollHeight / 2; }")
        expect(page.locator("#log .row").first).to_be_visible()


def test_a_hundred_thousand_requests_leave_the_journal_alive(browser: Browser) -> None:
    server = KnockServer(Settings(journal_size=100_000))
    server.start()
    try:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            there = Visit(client, "sk_many")
            there.call("PUT", "/v1/users/ellie", {})
            environment = server.service.environments.by_id(there.id)
            assert environment is not None
            journal = environment.journal
            [entry] = journal

            def more() -> None:
                for _ in range(99_999):
                    journal.append(entry, len(entry.body) + len(entry.answer_body))

            server.call(more)
            with window(browser) as opened:
                page = opened.page
                page.goto(f"{server.url}{there.home}/requests")
                expect(page.locator("#live")).to_have_text("live")
                there.call("PUT", "/v1/users/last", {})
                expect(page.locator("tbody tr").first).to_contain_text("/v1/users/last")
                assert page.locator("tbody tr").count() <= 100
                page.get_by_role("searchbox").fill("users/last")
                page.keyboard.press("Enter")
                expect(page.locator("tbody tr")).to_have_count(1)
    finally:
        server.stop()
