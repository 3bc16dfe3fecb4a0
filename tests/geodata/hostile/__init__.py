"""Files that want more than to be read, and the program that reads them."""
