"""The pages: HTML for people; knows what the API says of itself, never rows or rules."""
