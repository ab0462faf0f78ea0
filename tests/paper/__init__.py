"""The printed sign-in sheet from the printer to the photo and back."""
