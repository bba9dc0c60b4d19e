"""Purchase requests (購買稟議)."""
