"""What an agent does next, as pure functions of what is wanted and what is there."""
