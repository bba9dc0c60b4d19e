"""The digest on the web: issues, how one gets them, and the API."""
