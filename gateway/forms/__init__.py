"""What people fill in, by audience. Each form turns itself into the body of a call, and a refusal into words at its fields."""
