"""What the backends share: reading a model's configuration, and running requests as one batch."""
