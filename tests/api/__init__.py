"""The HTTP side, seen through its doors: in process, over sockets, and from the pytest fixture."""
