"""Trains the project's own networks on synthetic plates; the same code runs on a CPU and on a GPU."""
