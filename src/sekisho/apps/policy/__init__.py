"""Pages in which an operator tells what is sent to whom: privacy policies and notices."""
