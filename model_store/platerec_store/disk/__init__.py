"""The gate to a pod's volumes: the cache of blobs, Triton's model repository, small files that must be whole."""
