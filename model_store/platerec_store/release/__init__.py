"""The words of a release as types: pure data and functions, no I/O.

Everything that crosses a process boundary (manifest, channel, decision, report) is defined here once,
so that the publisher, the operator and the agent cannot disagree about it.
"""
