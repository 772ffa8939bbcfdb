"""What the command and its defaults are called; knows no command."""

from typing import Final

COMMAND: Final = "goodoffices"
DEFAULT_CHECKLIST: Final = "track-two"
DEFAULT_FOLDER: Final = "track_two/v1"  # of the newest version that is shipped
OWN_CHECKLISTS: Final = "GOODOFFICES_CHECKLISTS"  # the variable that names a folder of checklists and overlays
