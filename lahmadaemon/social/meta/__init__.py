"""Instagram and Facebook through the Graph API: pure walks, the driver that asks for them, connecting an account."""
