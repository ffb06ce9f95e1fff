"""Reading that costs something is done in a process of its own: however many look, and however often, the loop that measures
does no more than hand their questions on."""
