"""Sound clients, written in other ways than the careful one: nothing may be found against them."""
