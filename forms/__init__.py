"""What is asked: questionnaires, question types, answers and the forms that carry them."""
