"""Releases of models: what they are, how they lie in a store, and the agent that puts one onto a pod."""
