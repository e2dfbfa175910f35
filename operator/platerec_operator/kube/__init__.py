"""The gate to the API server: a small port, the real cluster, and a fake for tests. Only `kube` knows the client."""
