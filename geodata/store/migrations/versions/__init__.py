"""The steps from version to version, one file each, in the order of their revisions. They are frozen."""
