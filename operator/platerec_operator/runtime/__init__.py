"""The loop: keys in, one reconcile at a time for each. It holds no policy and renders nothing."""
