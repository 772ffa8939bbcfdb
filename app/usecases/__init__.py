"""What somebody can do with initiatives: plain functions that read, judge, and then write for a moment."""
