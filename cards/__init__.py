"""What a person sees: pure builders of Adaptive Cards."""
