"""The sidecar: obeys the decision, syncs its release onto the pod, and drives the pod's Triton."""
