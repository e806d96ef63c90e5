"""The record of a vote: one zip from which anyone can recount it and see that nothing was changed."""
