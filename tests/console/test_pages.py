"""What the pages say, empty and full, and what holds for every one of them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx
import pytest

from mock_knock.server import KnockServer
from mock_knock.transport import InProcessTransport

from .visits import EVERY_LIST, PAGES, Page, Visit


@pytest.mark.parametrize("path", EVERY_LIST)
def test_an_empty_environment_has_every_page_and_each_says_what_to_do(
    visit: Visit, path: str
) -> None:
    page = visit.page(path)
    assert "visits" in page.text
    if path in ("/users", "/objects", "/tenants", "/runs", "/messages", "/operations"):
        assert "curl -sS http://127.0.0.1/v1/" in page.text
        assert re.search(r"\bNo \w+( \w+)? (yet|ran yet)\.", page.text)


@pytest.mark.parametrize("path", EVERY_LIST)
def test_a_full_environment_shows_what_there_is(visit: Visit, path: str) -> None:
    visit.fill()
    page = visit.page(path)
    shown = {
        "": ["users.identify", "/v1/workflows/welcome/trigger", "2 / 3", "Reset"],
        "/operations": ["users.identify", "completed", "3 / 3"],
        "/time": ["What is to come", "workflow run of welcome for ellie"],
        "/users": ["Ellie", "ellie@example.com", "alan", "ian"],
        "/objects": ["projects/park", "The park"],
        "/tenants": ["ingen", "InGen"],
        "/runs": ["welcome", "paused", "api"],
        "/messages": ["Welcome Ellie", "The park is open, Ellie", "mail", "delivered"],
        "/requests": ["POST", "/v1/users/bulk/identify", "bulkIdentifyUsers"],
        "/events": ["bulk_operation.completed", "message.delivered", "row: 2, id: ian"],
        "/plans": ["outcome: failed", "users.delete", "outcome: stuck"],
        "/faults": ["slow", "every request", "latency"],
    }[path]
    if path == "":
        shown.remove("2 / 3")
    for text in shown:
        assert text in page.text, text


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("operation", ["3 of 3", "mock_row_fails_1", "Magic row ids", "bulk_operation.queued"]),
        ("user", ['"email": "ellie@example.com"', "Set default", "projects/park", "Welcome Ellie"]),
        ("object", ['"name": "The park"', "Its subscribers", "ellie"]),
        ("tenant", ['"name": "InGen"']),
        ("run", ["The park is open, Ellie", "delay started", "Isla Nublar", "workflow.triggered"]),
        ("mail", ["The park is open, Ellie", "message.queued", "workflow_recipient_run.queued"]),
        ("feed", ["Welcome Ellie", "in app feed"]),
        ("request", ["was answered 200", "$KNOCK_API_KEY", "workflow.triggered", "Isla Nublar"]),
        ("event", ["request", "What followed", "message.queued"]),
    ],
)
def test_each_thing_has_a_page(visit: Visit, name: str, texts: list[str]) -> None:
    page = visit.page(visit.fill()[name])
    for text in texts:
        assert text in page.text, text


def test_a_chain_leads_from_the_message_to_the_run_the_trigger_and_the_request(
    visit: Visit,
) -> None:
    paths = visit.fill()
    links = visit.page(paths["mail"]).links
    trigger = next(link for link in links if "/runs?trigger=" in link)
    assert visit.home + paths["run"] in links
    assert visit.home + paths["request"] in links
    assert "welcome" in Page(visit.client.get(trigger).text).text


def test_every_link_of_every_page_leads_somewhere(visit: Visit) -> None:
    waiting = ["/_mock_knock/", *(visit.home + path for path in visit.fill().values())]
    seen: set[str] = set()
    while waiting:
        link = waiting.pop()
        # Events lead to events: the first hundred pages have been everywhere.
        if link in seen or len(seen) > 150:
            continue
        seen.add(link)
        answer = visit.client.get(link)
        assert answer.status_code == 200, link
        if answer.headers["content-type"].startswith("text/html") and "/documents/" not in link:
            found = Page(answer.text).links
            assert not [each for each in found if urlsplit(each).scheme], found
            waiting += sorted(each.partition("#")[0] for each in found if each.startswith("/"))
    assert len(seen) > 60


def test_the_start_page_lists_environments_and_is_found_without_its_slash(visit: Visit) -> None:
    client = visit.client
    page = Page(client.get("/_mock_knock/").text)
    assert visit.home in page.links
    assert "See a bulk operation run" in page.text
    for near in ("/_mock_knock", PAGES, f"{PAGES}/"):
        assert client.get(near).is_redirect
        assert client.get(near, follow_redirects=True).url.path == "/_mock_knock/"


def test_the_first_visit_says_how_to_begin() -> None:
    server = KnockServer()
    with httpx.Client(base_url="http://knock.test", transport=InProcessTransport(server)) as client:
        page = Page(client.get("/_mock_knock/").text)
    assert "No environment yet." in page.text
    assert "curl -sS http://knock.test/v1/users/ellie" in page.text


def test_lists_are_searched_filtered_and_paged(visit: Visit) -> None:
    rows = [{"id": f"u{number}", "name": f"Visitor {number}"} for number in range(120)]
    visit.call("POST", "/v1/users/bulk/identify", {"users": rows})
    visit.call("POST", "/_mock_knock/clock/run_until_idle")
    page = visit.page("/users")
    assert "Visitor 119" in page.text
    assert "Visitor 69" not in page.text
    older = next(link for link in page.links if "after=" in link)
    assert "Visitor 69" in Page(visit.client.get(older).text).text
    assert "Visitor 7\n" in visit.page("/users", q="VISITOR 7").text.replace(" \n", "\n")
    assert "None of the users" in visit.page("/users", q="nobody").text
    assert "No operation is failed" in visit.page("/operations", status="failed").text
    operation = visit.call("GET", "/_mock_knock/bulk_operations")["items"][0]
    rows_page = visit.page(f"/operations/{operation['id']}", **{"from": "100"})
    assert "u119" in rows_page.text
    assert "u99" not in rows_page.text


def test_messages_are_an_inbox_for_each_channel(visit: Visit) -> None:
    visit.fill()
    inbox = visit.page("/messages")
    channels = [link for link in inbox.links if "channel=" in link]
    assert len(channels) == 3
    subjects = [Page(visit.client.get(link).text).text for link in channels]
    assert sorted("The park is open, Ellie" in text for text in subjects) == [False, False, True]
    assert "The park is open" in visit.page("/messages", q="park is open").text
    assert "No message here fits" in visit.page("/messages", q="dinosaur").text


def test_the_time_line_is_drawn_and_told(visit: Visit) -> None:
    visit.fill()
    page = visit.page("/time")
    [slider] = [a for _, a in page.elements if a.get("role") == "slider"]
    low, high = int(slider["aria-valuemin"] or 0), int(slider["aria-valuemax"] or 0)
    assert low == int(slider["aria-valuenow"] or 0) < high
    assert slider["tabindex"] == "0"
    assert "What happened in the picture's past" in page.text
    for span in ("10", "60", "600", "7200", "86400", "2592000", "7"):
        assert "What is to come" in visit.page("/time", span=span).text


@pytest.mark.parametrize(
    "path",
    [
        "/operations/3f1c2b7e-0f4d-4a53-9c1e-8d2f6b7a9e10", "/operations/x", "/messages/x",
        "/messages/x/frame", "/runs/x", "/requests/x", "/events/999999", "/events/x", "/user?id=x",
        "/user", "/object?id=x", "/nothing", "/users/x",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_404_that_says_so(visit: Visit, path: str) -> None:
    answer = visit.get(path)
    assert answer.status_code == 404
    assert "Not Found" in Page(answer.text).text


def test_an_unknown_environment_document_or_file_is_a_404(visit: Visit) -> None:
    for path in ("/environments/abc", "/environments/abc/users", "/documents/other",
                 "/documents/other.json", "/documents/swagger/index.html", "/static/../app.py",
                 "/static/nothing.css", "/operations/x"):  # fmt: skip
        assert visit.client.get(PAGES + path).status_code == 404, path


def test_pages_are_read_and_nothing_else(visit: Visit) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = visit.client.request(method, visit.home, json={})
        assert answer.status_code == 405
        assert "GET" in answer.headers["allow"]
    answer = visit.client.head(visit.home)
    assert (answer.status_code, answer.content) == (200, b"")


def test_every_page_keeps_out_what_is_not_its_own(visit: Visit) -> None:
    for path in ["", *visit.fill().values()]:
        answer = visit.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        page = Page(answer.text)
        assert all("src" in script for script in page.all("script"))
        assert not page.all("style")
        assert not [a for _, a in page.elements if "style" in a or any(k[:2] == "on" for k in a)]
        loaded = [a["src"] for a in page.all("script")] + [a["href"] for a in page.all("link")]
        assert all(str(address).startswith("/_mock_knock/console/") for address in loaded)


def test_every_page_can_be_used_without_seeing_it(visit: Visit) -> None:
    for path in [*EVERY_LIST, *visit.fill().values()]:
        page = visit.page(path)
        assert page.all("html")[0]["lang"] == "en"
        assert len(page.all("h1")) == 1, path
        assert page.elements[[t for t, _ in page.elements].index("body") + 1][1]["href"] == "#main"
        ids = [a["id"] for _, a in page.elements if "id" in a]
        assert len(ids) == len(set(ids)), path
        assert len(page.all("caption")) >= len([a for a in page.all("table")
                                                if a.get("class") == "list"]), path  # fmt: skip
        bars = [a for _, a in page.elements if a.get("role") == "progressbar"]
        assert all(bar["aria-label"] and bar["aria-valuetext"] for bar in bars)


def test_secrets_are_masked(visit: Visit) -> None:
    paths = visit.fill()
    text = visit.page(paths["request"]).html
    assert "sk_visits" not in text
    assert "Authorization: Bearer $KNOCK_API_KEY" in Page(text).text


def test_the_documents_are_browsed_from_their_package(visit: Visit) -> None:
    client = visit.client
    for name, title in (("knock", "Knock"), ("control", "control plane")):
        page = Page(client.get(f"{PAGES}/documents/{name}").text)
        assert title in page.text
        document = client.get(f"{PAGES}/documents/{name}.json").json()
        assert document["openapi"].startswith("3.")
        files = [str(a["src"]) for a in page.all("script")]
        bundle = next(file for file in files if "swagger-ui-bundle" in file)
        assert len(client.get(bundle).content) > 500_000
    answer = client.get(f"{PAGES}/documents/knock")
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_a_fault_of_the_console_is_a_page_too(
    server: KnockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no such luck")

    with httpx.Client(base_url="http://127.0.0.1", transport=InProcessTransport(server)) as client:
        visit = Visit(client)
        monkeypatch.setattr("mock_knock.console.desk._counts", broken)
        answer = visit.get()
    assert answer.status_code == 500
    assert "The server failed" in answer.text
    assert "no such luck" not in answer.text
    assert [str(error) for error in server.service.errors] == ["no such luck"]
    server.service.errors.clear()
