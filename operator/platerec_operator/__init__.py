"""The operator: level-triggered, it brings what a cluster holds to what PlateRecognizer objects ask for."""
