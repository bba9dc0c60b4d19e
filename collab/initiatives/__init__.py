"""Joint initiatives (共同施策): two sides run work together by a charter both signed."""
