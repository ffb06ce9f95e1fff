"""What the social room serves over HTTP: its own API, the older AnalyticsServer's, and the doors through which creators come."""
