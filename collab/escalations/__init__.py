"""What happens when somebody who must act does not: clocks on business time, rungs, one shared card for both lines."""
