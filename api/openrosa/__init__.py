"""OpenRosa: ODK Collect and KoboCollect fetch the town's forms here and send what was filled in."""
