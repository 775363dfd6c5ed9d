"""What is stored: read back, listed, deleted, and kept apart between environments."""
