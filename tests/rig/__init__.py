"""Real servers for the tests, started privately and stopped again."""
