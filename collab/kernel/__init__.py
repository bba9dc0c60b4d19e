"""Words shared by the whole house; imports nothing of ours."""
