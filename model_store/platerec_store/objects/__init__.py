"""The gate to S3: a small port, the real store, and a fake for tests. Only `objects.s3` knows boto3."""
