"""The gate to the agents in pods: the HTTP API that each serves beside its Triton."""
