"""What happens to the product when what it stands on breaks: processes killed, answers lost, Slack in a bad mood.

The short forms run with everything else; `pytest tests/faults --soak` runs the long ones as well (about half an hour).
"""
