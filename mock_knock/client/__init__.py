"""A typed client of the control plane: what curl can do under `/_mock_knock/`, from Python.

It needs nothing of the server but its address, so it steers one in another process or on another
machine as it does one in this process. A module for each group of calls; `answers.py` has what
they answer.
"""

from mock_knock.client.control_client import ControlClient as ControlClient
from mock_knock.client.errors import ControlError as ControlError
from mock_knock.client.errors import FieldError as FieldError
