"""Whether what is confided to the service stays in it, tried on everything that it stores, logs and answers."""
