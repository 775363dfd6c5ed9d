"""What a person does with the console, in a real Chromium, against a server on a socket."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from knockapi import Knock
from playwright.sync_api import Browser, expect

from mock_knock.server import KnockServer
from mock_knock.settings import Settings

from .browsers import window
from .steps import SLOW, drag, identify, progress, triggers
from .visits import PAGES, Visit


def test_one_click_from_a_first_visit_shows_a_bulk_operation_run(browser: Browser) -> None:
    server = KnockServer()
    server.start()
    try:
        with window(browser) as opened:
            page = opened.page
            page.goto(f"{server.url}/_mock_knock/")
            expect(page.get_by_text("No environment yet.")).to_be_visible()
            page.get_by_role("button", name="See a bulk operation run").click()
            expect(page.get_by_role("heading", name="users.identify")).to_be_visible()
            bar = progress(page)
            expect(bar).to_have_attribute("aria-valuemax", "600")
            expect(bar).not_to_have_attribute("aria-valuenow", "0")
            seen = int(bar.get_attribute("aria-valuenow") or 0)
            expect(bar).not_to_have_attribute("aria-valuenow", str(seen))
            assert int(bar.get_attribute("aria-valuenow") or 0) > seen
            page.get_by_role("button", name="Until idle").or_(
                page.get_by_role("button", name="until nothing is to come")
            ).first.click()
            expect(page.locator("h1 .chip")).to_have_text("completed")
            expect(page.locator("#errors .count")).to_have_text("6")
            expect(page.locator("#errors")).to_contain_text("demo-user-97")
            assert not server.service.errors
    finally:
        server.stop()


def test_an_import_from_the_sdk_to_the_message_and_its_request(
    browser: Browser, served: KnockServer, there: Visit
) -> None:
    knock = Knock(api_key=there.key, base_url=served.url)
    there.call("PUT", "/_mock_knock/plans/default", SLOW)
    options = {"permissions": ["clipboard-read", "clipboard-write"]}
    with window(browser, **options) as opened:
        page = opened.page
        page.goto(f"{served.url}{there.home}/operations")
        expect(page.get_by_text("No bulk operation yet.")).to_be_visible()
        rows: Any = [{"id": "ellie", "name": "Ellie", "email": "ellie@example.com"}, {"id": "ian"}]
        operation = knock.users.bulk.identify(users=rows)
        # It comes by itself: nobody reloads the page.
        page.get_by_role("link", name="users.identify").first.click()
        expect(page.locator("h1 .chip")).to_have_text("processing")
        expect(progress(page)).to_have_attribute("aria-valuenow", "0")
        drag(page, to=0.95)
        expect(page.locator("h1 .chip")).to_have_text("completed")
        expect(progress(page)).to_have_attribute("aria-valuenow", "2")
        assert knock.bulk_operations.get(operation.id).status == "completed"

        knock.workflows.trigger("welcome", recipients=["ellie"])
        page.get_by_role("navigation", name="This environment").get_by_role(
            "link", name="Messages"
        ).click()
        page.get_by_role("searchbox").fill("park is open")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="The park is open, Ellie").click()
        letter = page.frame_locator("iframe.letter")
        expect(letter.get_by_role("heading", name="Hello Ellie")).to_be_visible()
        assert letter.get_by_role("heading").evaluate("e => getComputedStyle(e).color") == (
            "rgb(0, 128, 0)"
        )
        chain = page.locator("#cause .chain li")
        expect(chain.locator("code")).to_have_text(
            ["request", "workflow.triggered", "workflow_recipient_run.queued", "message.queued"]
        )
        chain.first.get_by_role("link").last.click()
        expect(page.locator("#explanation")).to_contain_text("was answered 200")
        page.get_by_role("button", name="Copy as curl").click()
        expect(page.locator("#toasts")).to_contain_text("Copied")
        line = page.evaluate("navigator.clipboard.readText()")
    before = len(triggers(there))
    done = subprocess.run(
        ["sh", "-c", line],
        env={"KNOCK_API_KEY": there.key, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert "workflow_run_id" in done.stdout, done.stderr
    assert len(triggers(there)) == before + 1


def test_an_operation_is_moved_by_hand(browser: Browser, served: KnockServer, there: Visit) -> None:
    there.call("PUT", "/_mock_knock/plans/default", {"progress": "manual"})
    with window(browser) as opened:
        page = opened.page
        for button, state in (
            ("Finish now", "completed"), ("Fail now", "failed"), ("Cancel", "failed"),
        ):  # fmt: skip
            operation = identify(there, 3)
            page.goto(f"{served.url}{there.home}/operations/{operation}")
            page.get_by_role("spinbutton").fill("1")
            page.get_by_role("button", name="Move", exact=True).click()
            expect(progress(page)).to_have_attribute("aria-valuenow", "1")
            page.get_by_role("button", name=button).click()
            expect(page.locator("h1 .chip")).to_have_text(state)
            expect(page.get_by_role("button", name=button)).to_be_disabled()
        there.call("PUT", "/_mock_knock/plans/default", SLOW)
        operation = identify(there, 3)
        page.goto(f"{served.url}{there.home}/operations/{operation}")
        page.get_by_role("button", name="Let it get stuck").click()
        expect(page.locator("#progress")).to_contain_text("never, by its plan")
        page.get_by_role("button", name="Let a day pass").click()
        expect(page.locator("#clock .due")).to_have_text("nothing is to come")
        expect(page.locator("h1 .chip")).not_to_have_text("completed")


def test_a_refusal_says_why_and_stays_until_it_is_closed(
    browser: Browser, served: KnockServer, there: Visit
) -> None:
    with window(browser) as opened:
        page = opened.page
        page.goto(f"{served.url}{there.home}/time")
        page.get_by_label("Jump to").fill("1999-01-01T00:00:00Z")
        page.get_by_role("button", name="Jump").click()
        alert = page.locator("#alerts .toast")
        expect(alert).to_contain_text("cannot go back")
        alert.get_by_role("button", name="Close").click()
        expect(alert).to_have_count(0)
        # The browser's own word about an answer of 422 is no fault of the page.
        opened.problems[:] = [each for each in opened.problems if "status of 4" not in each]


def test_faults_and_rate_limits_are_switched_on_and_off(
    browser: Browser, served: KnockServer, there: Visit
) -> None:
    def status() -> int:
        headers = {"authorization": f"Bearer {there.key}"}
        return there.client.get("/v1/users", headers=headers).status_code

    with window(browser) as opened:
        page = opened.page
        page.goto(f"{served.url}{there.home}/faults")
        page.get_by_role("button", name="503 for the next three calls").click()
        switch = page.get_by_role("switch", name="The fault fault-1")
        expect(switch).to_be_checked()
        assert status() == 503
        expect(page.locator("#faults td[data-label=Struck]")).to_have_text("1")
        switch.click()
        expect(switch).not_to_be_checked()
        assert status() == 200
        switch.click()
        expect(switch).to_be_checked()
        assert status() == 503
        page.get_by_role("button", name="Remove the fault fault-1").click()
        expect(switch).to_have_count(0)

        page.get_by_text("Make one").click()
        form = page.locator("#fault-form form")
        form.get_by_label("Name").fill("<b>odd</b> fields")
        form.get_by_label("Operation").fill("listUsers")
        form.get_by_label("What goes wrong").select_option("fields of the answer")
        form.get_by_label("Set and remove").fill('{"set": {"/surprise": 1}}')
        form.get_by_role("button", name="Switch it on").click()
        alert = page.locator("#alerts .toast")
        expect(alert).to_contain_text("without /")
        opened.problems.clear()
        form.get_by_label("Name").fill("odd fields")
        form.get_by_role("button", name="Switch it on").click()
        expect(page.get_by_role("switch", name="odd fields")).to_be_checked()
        assert there.call("GET", "/v1/users")["surprise"] == 1

        limits = page.get_by_role("switch", name="rate limits")
        expect(limits).not_to_be_checked()
        limits.click()
        expect(limits).to_be_checked()
        assert there.call("GET", "/_mock_knock/rate_limits") == {"enabled": True}


def test_an_environment_begins_anew_when_somebody_is_sure(
    browser: Browser, served: KnockServer, there: Visit
) -> None:
    there.fill()
    with window(browser) as opened:
        page = opened.page
        page.goto(f"{served.url}{there.home}")
        expect(page.locator("#operations tbody tr")).to_have_count(1)
        page.get_by_role("button", name="Reset the environment").click()
        page.get_by_role("dialog").get_by_role("button", name="No").click()
        page.get_by_role("button", name="Reset the environment").click()
        expect(page.locator("#operations tbody tr")).to_have_count(1)
        page.get_by_role("dialog").get_by_role("button", name="Yes").click()
        expect(page.get_by_text("No bulk operation yet.")).to_be_visible()
        expect(page.locator("#live")).to_have_text("live")
        there.call("PUT", "/v1/users/first", {})
        expect(page.locator("#latest-requests")).to_contain_text("/v1/users/first")


def test_a_link_with_the_token_opens_a_console_that_works(browser: Browser) -> None:
    server = KnockServer(Settings(token="let-me-in"))
    server.start()
    try:
        with window(browser) as opened:
            page = opened.page
            refused = page.goto(f"{server.url}/_mock_knock/")
            assert refused is not None
            assert refused.status == 401
            opened.problems.clear()
            page.goto(server.console_url)
            assert page.url == f"{server.url}/_mock_knock/"
            page.get_by_role("button", name="See a bulk operation run").click()
            expect(page.locator("#live")).to_have_text("live")
            page.get_by_role("button", name="Finish now").click()
            expect(page.locator("h1 .chip")).to_have_text("completed")
    finally:
        server.stop()


def test_plans_are_put_up_and_taken_back(
    browser: Browser, served: KnockServer, there: Visit
) -> None:
    with window(browser) as opened:
        page = opened.page
        page.goto(f"{served.url}{there.home}/plans")
        page.get_by_role("button", name="Let the next get stuck").click()
        expect(page.locator("#next tbody")).to_contain_text("outcome: stuck")
        page.get_by_role("button", name="Take back the plan").click()
        expect(page.locator("#next tbody")).to_have_count(0)
        page.get_by_text("Add a rule").click()
        form = page.locator("#rule-form form")
        form.get_by_label("For operations named").fill("users.*")
        form.get_by_label("Ends").select_option("failed")
        form.get_by_label("After so many rows").fill("1")
        form.get_by_role("button", name="Let it hold").click()
        expect(page.locator("#rules tbody")).to_contain_text("after_rows: 1")
        form = page.locator("#default-form")
        form.get_by_label("Moved by").select_option("immediate")
        form.get_by_role("button", name="Change the default").click()
        expect(page.locator("#toasts")).to_contain_text("The default is changed")
        page.get_by_role("button", name="Remove the rule for users.*").click()
        expect(page.locator("#rules tbody")).to_have_count(0)
    assert there.call("GET", "/_mock_knock/plans/default")["progress"] == "immediate"


@pytest.mark.parametrize("name", ["knock", "control"])
def test_documents_are_browsed_and_tried(
    browser: Browser, served: KnockServer, there: Visit, name: str
) -> None:
    with window(browser) as opened:
        page = opened.page
        page.goto(f"{served.url}{PAGES}/documents/{name}")
        page.get_by_role("button", name="Authorize").click()
        dialog = page.locator(".modal-ux")
        dialog.get_by_role("textbox").fill(there.key)
        dialog.get_by_role("button", name="Apply credentials").or_(
            dialog.locator("button.authorize")
        ).first.click()
        dialog.get_by_role("button", name="Close").click()
        operation = "Users-identifyUser" if name == "knock" else "Clock-getClock"
        block = page.locator(f"#operations-{operation}")
        block.locator(".opblock-summary-control").click()
        block.get_by_role("button", name="Execute").click()
        answer = block.locator(".live-responses-table .response-col_status")
        expect(answer.last).to_contain_text("200")
