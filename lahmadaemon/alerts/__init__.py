"""The alarm desk: services raise and clear conditions; incidents, deliveries and messages follow from them."""
