"""A street rendered by ray casting: the project's own picture to try the models on. None of it trains a network."""
