"""When a station was polled, told in stretches rather than poll by poll."""
