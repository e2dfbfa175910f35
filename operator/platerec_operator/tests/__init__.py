"""Tests of the operator, in the folders of what they test."""
