"""What a recognizer's children shall look like: a Jinja2 template per kind and small pure functions for its values."""
