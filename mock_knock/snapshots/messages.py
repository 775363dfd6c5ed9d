"""The sections of messages with their logs, and of the latest batch updates of them."""

from __future__ import annotations

from typing import Any

from mock_knock.snapshots.declared import read_channel, write_channel
from mock_knock.snapshots.faults import Path, reading, refused
from mock_knock.snapshots.moments import instant, moment, text
from mock_knock.snapshots.places import check_instants, in_order
from mock_knock.world.channels import DEFAULT_FEED_ID, Channel
from mock_knock.world.environment import Environment
from mock_knock.world.instants import to_text
from mock_knock.world.message import Draft, Message, Source
from mock_knock.world.references import recipient_key, reference

Json = dict[str, Any]


def write_messages(world: Environment) -> Json:
    """`messages`, by id, and `batch_updates`."""
    shown: dict[int, str | Json] = {}
    return {
        "messages": {message.id: _write(message, world, shown) for message in world.messages},
        "batch_updates": [
            {"message": message_id, "action": action, "at": to_text(at)}
            for (message_id, action), at in world.batch_limit.recent.items()
        ],
    }


def read_messages(document: Json, world: Environment) -> None:
    """Put the messages in place, behind the channels."""
    made = document["counters"]["messages"]
    found = []
    in_feed: dict[str, bool] = {}
    for id, given in document["messages"].items():
        path: Path = ("messages", id)
        with reading(*path):
            found.append((_read(id, given, world), path))
        in_feed[id] = given["in_feed"]
    messages = in_order(found, made)
    check_instants(messages, "messages")
    world.messages.put_back(((m, in_feed[m.id]) for m in messages), made)
    recent = {}
    for at, update in enumerate(document["batch_updates"]):
        with reading("batch_updates", at):
            recent[update["message"], update["action"]] = instant(update["at"])
    world.batch_limit.put_back(dict(sorted(recent.items(), key=lambda entry: entry[1])))


def gone_message(id: str, world: Environment) -> Message:
    """What is left of a message that is deleted, where something still refers to it."""
    draft = Draft(channel=world.channels.built_in, recipient=("", None), source=Source("", ""))
    message = Message(id, 0, draft, 0)
    message.gone = True
    return message


def _usual(channel_id: str, world: Environment) -> Channel | None:
    """The channel as it is declared now. Only the built-in one is there without being declared."""
    found = world.channels.find(channel_id)
    if found is world.channels.built_in and channel_id != DEFAULT_FEED_ID:
        return None
    return found


def _write(message: Message, world: Environment, shown: dict[int, str | Json]) -> Json:
    # Most messages share their channel, which is compared with the declared one once.
    channel = shown.get(id(message.channel))
    if channel is None:
        own = message.channel
        same = own == _usual(own.id, world)
        channel = shown[id(own)] = own.id if same else write_channel(own)
    source = message.source
    return {
        "place": message.place,
        "channel": channel,
        "recipient": reference(message.recipient),
        "source": {
            "key": source.key,
            "version_id": source.version_id,
            "categories": list(source.categories),
            "type": source.type,
            "step_ref": source.step_ref,
            "workflow_run_id": source.workflow_run_id,
            "workflow_recipient_run_id": source.workflow_recipient_run_id,
        },
        "actors": [reference(actor) for actor in message.actors],
        "tenant": message.tenant,
        "data": message.data,
        "contents": message.contents,
        "recipient_snapshot": message.snapshot,
        "status": message.status,
        "external_id": message.external_id,
        "in_feed": world.messages.stands_in_feed(message),
        "inserted_at": to_text(message.inserted_at),
        "updated_at": to_text(message.updated_at),
        "seen_at": text(message.seen_at),
        "read_at": text(message.read_at),
        "interacted_at": text(message.interacted_at),
        "link_clicked_at": text(message.link_clicked_at),
        "archived_at": text(message.archived_at),
        "log": [
            {"event": event, "at": to_text(at), "data": data} for event, at, data in message.log
        ],
    }


def _read(id: str, given: Json, world: Environment) -> Message:
    path: Path = ("messages", id, "channel")
    named = given["channel"]
    channel = _usual(named, world) if isinstance(named, str) else read_channel(named, path)
    if channel is None:
        raise refused(path, f"is no channel of this snapshot: {named}")
    draft = Draft(
        channel=channel,
        recipient=recipient_key(given["recipient"]),
        source=Source(**{**given["source"], "categories": tuple(given["source"]["categories"])}),
        tenant=given["tenant"],
        data=given["data"],
        contents=given["contents"],
        snapshot=given["recipient_snapshot"],
    )
    message = Message(id, given["place"], draft, instant(given["inserted_at"]))
    message.actors = tuple(recipient_key(actor) for actor in given["actors"])
    message.status = given["status"]
    message.external_id = given["external_id"]
    message.updated_at = instant(given["updated_at"])
    message.seen_at = moment(given["seen_at"])
    message.read_at = moment(given["read_at"])
    message.interacted_at = moment(given["interacted_at"])
    message.link_clicked_at = moment(given["link_clicked_at"])
    message.archived_at = moment(given["archived_at"])
    message.log = [(entry["event"], instant(entry["at"]), entry["data"]) for entry in given["log"]]
    return message
