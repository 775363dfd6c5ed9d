"""What was found, in the forms in which people and machines read it."""
