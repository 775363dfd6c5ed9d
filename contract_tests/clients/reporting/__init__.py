"""What a run of a client has to tell: as data, in a terminal, as a page."""
