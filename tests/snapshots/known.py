"""What becomes of each attribute of an environment's objects in a snapshot.

A class or attribute that is not here fails `test_structure.py`: whoever adds one decides whether it
is state, and if it is, writes and reads it in `mock_knock/snapshots`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fates:
    """The attributes of one class, by what becomes of them; names with spaces between.

    kept: stands in the document, and changes it when it changes.
    rebuilt: follows from what is kept: indexes, caches, what a constructor works out.
    wiring: leads to other parts of the environment, or is a function.
    aside: no part of a snapshot.
    """

    kept: str = ""
    rebuilt: str = ""
    wiring: str = ""
    aside: str = ""

    def all(self) -> set[str]:
        """Every name."""
        return set(f"{self.kept} {self.rebuilt} {self.wiring} {self.aside}".split())


KNOWN: dict[str, Fates] = {
    # The HTTP side
    "ApiEnvironment": Fates(wiring="replays tokens world", aside="id journal label stops tally"),
    "Answer": Fates(
        "body headers status", aside="page partial stream"
    ),  # it is whole, and checked, before it is kept
    "Kept": Fates("fingerprint request_id until", wiring="answer"),
    "ReplayStore": Fates("_kept"),
    "TokenVerifier": Fates("keys", "_loaded _read"),
    # The environment as a whole
    "Environment": Fates(
        "now",
        "name",  # as `Identity.name`
        "audiences batch_limit bulk_entities bulk_operations channel_data channels clock "
        "deliveries faults feeds guides identity message_updates messages objects plans "
        "preference_center preferences providers rate_limits recipients schedules sending "
        "subscriptions tenants timeline users webhooks workflows _delete_kind _identify_kind "
        "_schedules_kind",
        "host events",  # what happened is told once
    ),
    "Clock": Fates("scale", "_anchor _host"),
    "Identity": Fates("_issued name seed", "_key"),
    "PlanBook": Fates("_next _rules magic_ids", wiring="default", aside="asked"),
    "FaultBook": Fates("_added rules"),
    "RateLimits": Fates("_buckets on"),
    "Plan": Fates(
        "after_fraction after_rows duration failing_fraction failing_ids failing_positions outcome "
        "progress queue_for reads rows_per_second stop_in"
    ),
    "Timeline": Fates(
        "_heap _recurring _scheduled", "_cancelled _firing _unawaited", aside="_causes events"
    ),
    # Its events
    "TimedProgress": Fates(rebuilt="_origin _pace _total_time", wiring="operation"),
    "RunProgress": Fates("delays done", "_steps", "_rests _sending run", "_events"),
    "Delivery": Fates("ahead", wiring="_deliveries message"),
    "Occurrences": Fates(wiring="_happen schedule"),
    "Spent": Fates("kind"),
    # What is declared
    "Channels": Fates("_by_key", "_by_id", "_built_in _identity"),
    "Channel": Fates("created_at ends id key kind name provider sandbox"),
    "Workflow": Fates("active categories data_schema delay key steps", "check_data"),
    "ChannelStep": Fates("channel delay ref template"),
    "Guides": Fates(
        "_displays _engagements _guides display_interval",
        wiring="_audiences _channels _identity _messages _recipients _sending",
        aside="events",
    ),
    "Guide": Fates(
        "activation_url_patterns activation_url_rules active audiences channel_id conditions "
        "dashboard_url declared_at id key semver steps type unthrottled"
    ),
    "GuideStep": Fates("content ref schema_key schema_semver schema_variant_key"),
    "Condition": Fates("argument operator variable"),
    "GuideEngagement": Fates("_messages", wiring="_final"),
    "Audiences": Fates("_declared _members", "_by_user", "_recipients", "events"),
    "Audience": Fates("key static"),
    # Recipients
    "Users": Fates("_created _listing", "_by_id", aside="events"),
    "User": Fates("channel_data id place properties updated_at", wiring="preferences"),
    "Objects": Fates("_by_key _created", "_by_collection _by_name", aside="events"),
    "Object": Fates("channel_data collection id place properties updated_at", wiring="preferences"),
    "PreferenceSets": Fates("_sets"),
    "Tenants": Fates(wiring="_objects"),
    "RecipientStore": Fates(wiring="_objects _users"),
    "ChannelData": Fates(wiring="_recipients provider_of", aside="events"),
    "RecipientPreferences": Fates(
        "environment_default", wiring="_recipients _tenants", aside="events"
    ),
    "PreferenceCenter": Fates(
        "account_name body branding enabled rows title", wiring="_identity _preferences _users"
    ),
    "Subscriptions": Fates(
        "_by_pair _created", "_of_object _of_recipient", "_recipients", "events"
    ),
    "Subscription": Fates("inserted_at object place properties recipient updated_at"),
    "Providers": Fates("magic_ids", wiring="_objects check_channel"),
    # Schedules, runs, messages
    "Schedules": Fates(
        "_by_id _created",
        "_by_recipient _by_tenant _by_workflow",
        "_identity _recipients _timeline _workflows",
    ),
    "Schedule": Fates(
        "actor data ending_at id inserted_at last_at next_at place recipient repeats scheduled_at "
        "start tenant updated_at workflow",
        "ticket",
    ),
    "RepeatRule": Fates("day_of_month days frequency hours interval minutes"),
    "Workflows": Fates(
        "_declared", wiring="_identity _recipients _runs _sending _timeline fan_out"
    ),
    "RecipientRuns": Fates(
        "_newest",
        "_started_at "
        "_ageing _by_id _by_recipient _by_status _by_tenant _by_workflow _overdue _waiting",
        aside="_retention",  # as that of messages
    ),
    "RecipientRun": Fates(
        "actor cancellation_key data events id inserted_at place recipient sandbox skip_delay "
        "status subscription tenant updated_at workflow_run_id",
        wiring="source workflow",
    ),
    "RunEvent": Fates("at data event step_ref"),
    "TriggerSource": Fates("audience_key schedule_id type"),
    "Sending": Fates(
        "", "_plain _versions", "_channels _deliveries _identity _messages _recipients _wants"
    ),
    "MessagePreferences": Fates(wiring="_audiences _preferences _recipients"),
    "Deliveries": Fates(wiring="_identity _messages _timeline"),
    "Messages": Fates(
        "_newest",
        "_retention "  # in whole days
        "_ageing _by_category _by_channel _by_data _by_id _by_recipient _by_recipient_run "
        "_by_source _by_tenant _by_workflow_run _collections _feeds _labelled _made_at",
        "_identity",
        "events",
    ),
    "MessageData": Fates(rebuilt="_by_key"),
    "Listings": Fates(rebuilt="_by_key"),
    "Message": Fates(
        "actors archived_at contents data external_id id inserted_at interacted_at "
        "link_clicked_at log place read_at recipient seen_at snapshot status tenant updated_at",
        "gone",
        "channel source",
    ),
    "Source": Fates(
        "categories key step_ref type version_id workflow_recipient_run_id workflow_run_id"
    ),
    "Feeds": Fates(wiring="_channels _messages _recipients"),
    "MessageUpdates": Fates(wiring="_messages _operations"),
    "BatchLimit": Fates("_last"),
    "Listing": Fates(rebuilt="_gone _places _rows"),
    # Webhooks
    "Webhooks": Fates(
        "_endpoints",
        "_max_kept _max_weight environment_id",
        "_identity _messages _timeline _workflows ready",
        # What was posted, and who is told.
        "_by_id _ended _events _is_closed _lanes _log _pending _places _stop_listening _weight "
        "given_up",
    ),
    "WebhookEndpoint": Fates("description enabled events id secret signature_clock url"),
    # Bulk operations
    "BulkOperations": Fates("_by_id", wiring="_identity _timeline plans"),
    "BulkOperation": Fates(
        "completed_at error_items failed_at failed_rows failing id inserted_at plan_reason "
        "processed progress_path reads row_ids rows scheduled started_at status stop_row "
        "updated_at",
        wiring="kind plan",
        aside="events",
    ),
    "BulkKind": Fates("name shared", "collection", "apply row_id"),
    "BulkEntities": Fates(wiring="_delete_object _objects _operations _subscriptions"),
}
