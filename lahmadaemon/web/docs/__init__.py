"""The API's document to read and to try: Swagger UI, with nothing loaded from elsewhere and no script in the page."""
