"""Pages and JSON of the dashboards."""
