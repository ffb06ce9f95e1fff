"""The radio room over HTTP: typed figures, which the pages and pictures are made of, too."""
