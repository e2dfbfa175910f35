"""What a recognizer's status says, folded from what was seen. Pure; it decides nothing."""
