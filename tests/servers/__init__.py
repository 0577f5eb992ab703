"""What tests talk to: databases, the served app, a phone's browser – and checks of the pages they fetch."""
