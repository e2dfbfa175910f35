"""The gate to a pod's Triton: a small port, the real server, and a fake for tests."""
