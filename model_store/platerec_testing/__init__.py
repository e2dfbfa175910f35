"""Real servers for tests: an S3 store and a Triton. Test-only, not part of the wheel."""
