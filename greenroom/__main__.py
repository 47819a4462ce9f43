"""`python -m greenroom` is the command `greenroom`."""

from greenroom.cli import main

main()
