"""What kopf does for the operator: it watches, and each event becomes a key on the queue. No logic lives here."""
