"""Pure rules: policies as written, who stands above whom, and what comes next in a climb."""
