"""The visitors room over HTTP: typed counts, which the pages and pictures are made of, too."""
