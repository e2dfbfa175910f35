"""The networks in torch: definitions and the loading of their weights. Nothing here writes a file."""
