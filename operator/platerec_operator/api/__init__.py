"""PlateRecognizer as frozen types, and the words that the rest of the operator shares. Pure."""
