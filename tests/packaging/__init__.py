"""The wheel, away from the checkout: built, installed in clean environments, and used."""
