"""History of before the daemon: the files of the station's older script."""
