"""The weekly digest (週次まとめ): one issue (号) for each member and week, and for each channel that wants one."""
