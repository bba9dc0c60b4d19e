"""The printed sheet of a request (稟議書): its seal boxes, what stands on it, the page made for printing and the PDF."""
