"""Good Offices: checks on the design of a dialogue; this module knows only that it is a package."""
