"""An error inside the server fails the test that caused it, by its name, and no other."""

from __future__ import annotations

import pytest

CONFTEST = """
import pytest

@pytest.fixture
def broken(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the server is broken")
    monkeypatch.setattr("mock_knock.world.users.User.to_json", fail)
    monkeypatch.setattr("mock_knock.world.users.Users.page", fail)

@pytest.fixture
def client(mock_knock):
    with mock_knock.client() as client:
        yield client
"""


@pytest.fixture
def inner(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST)
    pytester.makeini("[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function")
    return pytester


def run(inner: pytest.Pytester, source: str, **outcomes: int) -> pytest.RunResult:
    inner.makepyfile(source)
    result = inner.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:randomly")
    result.assert_outcomes(**outcomes)
    return result


def test_it_fails_although_the_client_hides_it(inner: pytest.Pytester) -> None:
    result = run(
        inner,
        """
        def test_before(mock_knock, client):
            assert client.get("/v1/users").status_code == 200

        def test_culprit(mock_knock, client, broken):
            client.get("/v1/users")

        def test_after(mock_knock, client):
            assert client.get("/v1/users").status_code == 200
        """,
        passed=2,
        failed=1,
    )
    result.stdout.fnmatch_lines(
        ["*test_culprit*", "*the server is broken*", "FAILED*test_culprit*"]
    )


def test_it_is_noted_when_the_test_fails_of_itself(inner: pytest.Pytester) -> None:
    result = run(
        inner,
        """
        def test_culprit(mock_knock, client, broken):
            assert client.get("/v1/users").status_code == 200
        """,
        failed=1,
    )
    result.stdout.fnmatch_lines(["*assert 500 == 200*", "*the server is broken*"])


def test_an_expected_one_can_be_taken(inner: pytest.Pytester) -> None:
    run(
        inner,
        """
        def test_it(mock_knock, client, broken):
            client.get("/v1/users")
            [error] = mock_knock.take_errors()
            assert str(error) == "the server is broken"
        """,
        passed=1,
    )


def test_one_over_a_socket_counts(inner: pytest.Pytester) -> None:
    run(
        inner,
        """
        import httpx

        def test_culprit(mock_knock, broken):
            key = {"authorization": f"Bearer {mock_knock.public_key}"}
            assert httpx.put(f"{mock_knock.url}/v1/users/a", headers=key, json={}).is_server_error
        """,
        failed=1,
    )


def test_one_in_an_async_test_counts(inner: pytest.Pytester) -> None:
    run(
        inner,
        """
        import httpx

        async def test_culprit(mock_knock, broken):
            key = {"authorization": f"Bearer {mock_knock.api_key}"}
            async with httpx.AsyncClient(transport=mock_knock.transport, headers=key) as client:
                await client.get("http://knock/v1/users")
        """,
        failed=1,
    )


def test_one_caused_by_a_fixture_counts(inner: pytest.Pytester) -> None:
    run(
        inner,
        """
        import pytest

        @pytest.fixture
        def seeded(client, broken):
            client.get("/v1/users")

        def test_culprit(seeded):
            pass
        """,
        failed=1,
    )


def test_one_caused_in_a_branch_counts(inner: pytest.Pytester) -> None:
    run(
        inner,
        """
        def test_culprit(mock_knock, client, broken):
            client.get("/v1/users", headers={"x-knock-branch": "feature-1"})
        """,
        failed=1,
    )


def test_one_caused_with_a_key_of_the_tests_own_counts(inner: pytest.Pytester) -> None:
    run(
        inner,
        """
        def test_culprit(mock_knock, client, broken):
            client.get("/v1/users", headers={"authorization": "Bearer My API Key"})

        def test_bystander(mock_knock, client):
            client.get("/v1/users")
        """,
        failed=1,
        passed=1,
    )


def test_one_ahead_of_authentication_counts(inner: pytest.Pytester) -> None:
    run(
        inner,
        """
        def test_culprit(mock_knock, client, monkeypatch):
            def fail(*args, **kwargs):
                raise RuntimeError("the routes are broken")
            monkeypatch.setattr("mock_knock.api.routing._route", fail)
            assert client.get("/v1/users").status_code == 500

        def test_bystander(mock_knock, client):
            client.get("/v1/users")
        """,
        failed=1,
        passed=1,
    )


def test_one_counts_when_the_fixture_is_asked_for_late(inner: pytest.Pytester) -> None:
    run(
        inner,
        """
        def test_culprit(request, broken):
            with request.getfixturevalue("mock_knock").client() as client:
                client.get("/v1/users")
        """,
        failed=1,
    )


def test_one_in_a_test_class_counts(inner: pytest.Pytester) -> None:
    run(
        inner,
        """
        import unittest
        import pytest

        class TestPlain:
            def test_culprit(self, client, broken):
                client.get("/v1/users")

        class TestOld(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _take(self, client, broken):
                self.client = client

            def test_culprit(self):
                self.client.get("/v1/users")
        """,
        failed=2,
    )


def test_a_client_error_fails_nothing(inner: pytest.Pytester) -> None:
    run(
        inner,
        """
        def test_it(mock_knock, client):
            assert client.get("/v1/users/nobody").status_code == 404
            assert client.get("/nothing").status_code == 404
            assert client.get("/v1/users", headers={"authorization": ""}).status_code == 401
        """,
        passed=1,
    )
