"""An AzuraCast server as a source: who listens, who listened, what is on air."""
