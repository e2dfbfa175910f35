"""Making a release from a folder of built models, and bringing it into a store and its channels."""
