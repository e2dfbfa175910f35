"""Synthetic Russian plates as cameras see them: every picture is a function of its settings and its seed."""
