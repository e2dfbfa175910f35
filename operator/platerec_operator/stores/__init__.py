"""The operator's way to stores: what it reads of them, and nothing that it could write."""
