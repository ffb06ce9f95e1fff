"""From the store to the partner: counts every five minutes, each report frozen before it is sent."""
