"""What a design is, and facts about it; knows nothing of checks, storage or the web."""
