"""From a folder to the store: every file once, whatever happens."""
