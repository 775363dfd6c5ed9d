"""How rules are judged: targets, scenes, what is sent and answered, and the checks' registry."""
