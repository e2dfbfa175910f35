"""`platerec release`: build, publish, list, show and promote releases, go back, clean up."""
