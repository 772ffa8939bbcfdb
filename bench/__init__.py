"""What the performance claims are measured with: every figure is a ratio of two things timed in turn in one run."""
