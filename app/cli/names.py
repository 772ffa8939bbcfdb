"""What the command and its defaults are called; knows no command."""

from typing import Final

COMMAND: Final = "goodoffices"
DEFAULT_CHECKLIST: Final = "track-two"
OWN_CHECKLISTS: Final = "GOODOFFICES_CHECKLISTS"  # the variable that names a folder of checklists and overlays
