"""What people look at: pages made on the server, in their language; without JavaScript too."""
