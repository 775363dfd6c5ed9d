"""A tour through the operations with good requests: each answers as documented.

What schemathesis makes up seldom meets what is there; here everything that is read exists.
"""

from __future__ import annotations

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users
from contract_tests.resources.recipients import CHANNELS, channel_is_known
from contract_tests.resources.workflows import FEED, feed_is_known, trigger
from contract_tests.rules import protocol as rules

SUITE = "conformance"
_RULES = (
    rules.GOOD_REQUESTS, rules.SCHEMA, rules.DOCUMENTED_STATUS, rules.CONTENT_TYPE,
    rules.REQUEST_ID, rules.NO_SERVER_ERROR, rules.ANSWERED, rules.READABLE,
)  # fmt: skip
_PARTS = ("categories", "workflows", "channel_types")


@check(SUITE, *_RULES)
def users_answer_as_documented(scene: Scene) -> None:
    path, other = f"/v1/users/{scene.id('ellie')}", f"/v1/users/{scene.id('alan')}"
    body = {
        "name": "Ellie", "email": "ellie@example.com", "avatar": "https://example.com/e.png",
        "phone_number": "+4712345678", "locale": "en-GB", "timezone": "Europe/Oslo",
        "created_at": "2026-01-01T00:00:00Z", "plan": {"tier": "pro", "seats": [1, 2]},
    }  # fmt: skip
    scene.ok(scene.put(path, body))
    scene.ok(scene.put(other, {"name": "Alan"}))
    scene.ok(scene.get(path))
    scene.ok(scene.get("/v1/users", {"page_size": "1"}))
    scene.ok(scene.get("/v1/users", [("include[]", "preferences")]))
    for part in ("messages", "schedules", "subscriptions", "preferences"):
        scene.ok(scene.get(f"{path}/{part}"))
    scene.ok(scene.get(f"{path}/preference_center/config"))
    scene.ok(scene.post(f"{path}/preference_center/signed_url"))
    scene.ok(scene.post(f"{path}/merge", {"from_user_id": scene.id("alan")}))
    scene.ok(scene.delete(path))


@check(SUITE, *_RULES)
def preferences_answer_as_documented(scene: Scene) -> None:
    make_users(scene, ["ellie"])
    object_path = f"/v1/objects/{scene.id('c')}/{scene.id('o')}"
    scene.ok(scene.put(object_path, {"name": "x"}))
    body = {
        "categories": {"news": False, "billing": {"channel_types": {"email": True}}},
        "workflows": {"welcome": True},
        "channel_types": {"email": True, "sms": False},
    }
    for recipient in (f"/v1/users/{scene.id('ellie')}", object_path):
        path = f"{recipient}/preferences/default"
        scene.ok(scene.put(path, body))
        scene.ok(scene.get(path))
        scene.ok(scene.get(f"{recipient}/preferences"))
        for part in _PARTS:
            scene.ok(scene.put(f"{path}/{part}", {"email": True}))
            scene.ok(scene.put(f"{path}/{part}/email", {"subscribed": False}))
        scene.ok(scene.delete(path))


@check(SUITE, *_RULES, needs=(Capability.STRAY_WRITES,))
def channel_data_answers_as_documented(scene: Scene) -> None:
    make_users(scene, ["ellie"])
    object_path = f"/v1/objects/{scene.id('c')}/{scene.id('o')}"
    scene.ok(scene.put(object_path, {"name": "x"}))
    slack = {"connections": [{"access_token": "xoxb-1", "channel_id": "C1"}]}
    for recipient in (f"/v1/users/{scene.id('ellie')}", object_path):
        if not channel_is_known(scene, recipient):
            return
        for channel, data in zip(CHANNELS, ({"tokens": ["t"]}, slack), strict=True):
            path = f"{recipient}/channel_data/{channel}"
            scene.ok(scene.put(path, {"data": data}))
            scene.ok(scene.get(path))
            scene.ok(scene.delete(path))


@check(SUITE, *_RULES)
def objects_and_tenants_answer_as_documented(scene: Scene) -> None:
    make_users(scene, ["ellie"])
    collection = f"/v1/objects/{scene.id('c')}"
    path, tenant = f"{collection}/{scene.id('o')}", f"/v1/tenants/{scene.id('acme')}"
    scene.ok(scene.put(path, {"name": "x", "budget": 7}))
    scene.ok(scene.get(path))
    scene.ok(scene.get(collection))
    recipients = {"recipients": [scene.id("ellie")]}
    scene.ok(scene.post(f"{path}/subscriptions", {**recipients, "properties": {"role": "r"}}))
    scene.ok(scene.get(f"{path}/subscriptions"))
    scene.ok(scene.get(f"/v1/users/{scene.id('ellie')}/subscriptions"))
    for part in ("messages", "schedules"):
        scene.ok(scene.get(f"{path}/{part}"))
    scene.ok(scene.delete(f"{path}/subscriptions", recipients))
    settings = {"branding": {"primary_color": "#112233"}}
    scene.ok(scene.put(tenant, {"name": "Acme", "settings": settings}))
    scene.ok(scene.get(tenant, {"resolve_full_preference_settings": "true"}))
    scene.ok(scene.get("/v1/tenants"))
    scene.ok(scene.delete(tenant))
    scene.ok(scene.delete(path))


@check(SUITE, *_RULES, needs=(Capability.WORKFLOW,))
def workflows_and_schedules_answer_as_documented(scene: Scene) -> None:
    make_users(scene, ["ellie", "alan"])
    workflow, ids = scene.target.workflow, [scene.id("ellie"), scene.id("alan")]
    trigger(scene, ids, actor=ids[0], tenant=scene.id("acme"), data={"n": 1}, cancellation_key="k")
    scene.ok(scene.post(f"/v1/workflows/{workflow}/cancel", {"cancellation_key": "k"}))
    runs = scene.ok(scene.get("/v1/workflow_recipient_runs"))["items"]
    if runs:
        scene.ok(scene.get(f"/v1/workflow_recipient_runs/{runs[0]['id']}"))
    body = {
        "workflow": workflow, "recipients": ids, "data": {"n": 1},
        "repeats": [{"frequency": "weekly", "days": ["mon", "fri"], "hours": 9, "minutes": 30}],
    }  # fmt: skip
    made = [one["id"] for one in scene.ok(scene.post("/v1/schedules", body))]
    scene.ok(scene.get("/v1/schedules", {"workflow": workflow}))
    change = {"schedule_ids": made, "data": {"n": 2}}
    scene.ok(scene.put("/v1/schedules", change))
    scene.ok(scene.delete("/v1/schedules", {"schedule_ids": made}))
    notify = {"name": workflow, "recipients": ids, "actor": ids[0], "cancellation_key": "k2"}
    scene.ok(scene.post("/v1/notify", notify))
    cancel = {"name": workflow, "cancellation_key": "k2"}
    scene.ok(scene.post("/v1/notify/cancel", cancel))


@check(SUITE, *_RULES, needs=(Capability.WORKFLOW,))
def messages_answer_as_documented(scene: Scene) -> None:
    make_users(scene, ["ellie"])
    for number in range(2):
        trigger(scene, [scene.id("ellie")], data={"number": number})
    listed = scene.ok(scene.get(f"/v1/users/{scene.id('ellie')}/messages"))["items"]
    ids = [item["id"] for item in listed]
    path = f"/v1/messages/{ids[0]}"
    for part in ("", "/content", "/events", "/activities", "/delivery_logs"):
        scene.ok(scene.get(path + part))
    for mark in ("seen", "read", "archived"):
        scene.ok(scene.put(f"{path}/{mark}"))
        scene.ok(scene.delete(f"{path}/{mark}"))
    scene.ok(scene.put(f"{path}/interacted", {"metadata": {"link": "a"}}))
    for mark in ("unseen", "unread", "unarchived"):
        scene.ok(scene.delete(f"{path}/{mark}"))
    for mark in ("seen", "unseen", "read", "unread", "interacted", "archived", "unarchived"):
        scene.ok(scene.post(f"/v1/messages/batch/{mark}", {"message_ids": ids}))
    content = [("message_ids[]", id) for id in ids]
    scene.ok(scene.get("/v1/messages/batch/content", content))
    scene.ok(scene.get("/v1/messages", {"page_size": "1"}))


@check(SUITE, *_RULES, needs=(Capability.WORKFLOW, Capability.PLANS))
def feeds_and_guides_answer_as_documented(scene: Scene) -> None:
    make_users(scene, ["ellie"])
    trigger(scene, [scene.id("ellie")], data={"number": 1})
    path = f"/v1/users/{scene.id('ellie')}"
    if feed_is_known(scene, scene.id("ellie")):
        scene.ok(scene.get(f"{path}/feeds/{FEED}"))
        scene.ok(scene.get(f"{path}/feeds/{FEED}/settings"))
        scene.ok(scene.get(f"{path}/guides/{CHANNELS[1]}"))


@check(SUITE, *_RULES, needs=(Capability.STRAY_WRITES,))
def audiences_and_integrations_answer_as_documented(scene: Scene) -> None:
    path = f"/v1/audiences/{scene.id('early')}/members"
    members = {"members": [{"user": {"id": scene.id("ellie")}}]}
    scene.ok(scene.post(path, members, params={"create_audience": "true"}))
    scene.ok(scene.get(path))
    scene.ok(scene.delete(path, members))
    call = {"id": "1", "jsonrpc": "2.0", "method": "test_connection"}
    scene.ok(scene.post("/v1/integrations/census/custom-destination", call))
    scene.ok(scene.post("/v1/integrations/hightouch/embedded-destination", call))
