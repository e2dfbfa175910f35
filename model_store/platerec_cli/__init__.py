"""The `platerec` command: releases and recognition."""
