"""Decisions: values in, values out. Nothing here reads a clock, a file, a socket, a setting or chance (G6)."""
