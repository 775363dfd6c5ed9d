"""Snapshots: everything that one environment is, as one JSON document, and back again.

`take` and `restore` are for an `ApiEnvironment`, `differences` compares two documents. The format
is described in docs/snapshots.md and by `schema.json`; each section of it has a module here, with
a function that writes it and one that reads it.
"""

from mock_knock.snapshots.difference import Difference as Difference
from mock_knock.snapshots.difference import differences as differences
from mock_knock.snapshots.faults import SnapshotError as SnapshotError
from mock_knock.snapshots.faults import SnapshotFault as SnapshotFault
from mock_knock.snapshots.restoring import restore as restore
from mock_knock.snapshots.taking import FORMAT as FORMAT
from mock_knock.snapshots.taking import take as take
from mock_knock.snapshots.text import read_text as read_text
from mock_knock.snapshots.text import write_text as write_text
