"""`platerec recognize`: send pictures and videos to a recognizer, show and draw the plates."""
