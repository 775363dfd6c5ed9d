"""Bulk operations of all eleven kinds, through every history that can be brought about."""
