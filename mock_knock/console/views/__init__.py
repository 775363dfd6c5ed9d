"""The console's pages, a module for each part of it; `ROUTES` maps paths to functions."""
