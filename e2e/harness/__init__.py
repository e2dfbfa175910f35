"""What the end-to-end tests drive the product with: kubectl, helm, S3 and tritonclient, and nothing of its modules."""
