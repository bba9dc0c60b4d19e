"""Pure rules of joint initiatives."""
