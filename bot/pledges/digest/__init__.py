"""What came of the pledges in a period: figures, words and a picture."""
