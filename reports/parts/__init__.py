"""Sections and figures that several kinds of reports share, each made from the ledger and the books."""
