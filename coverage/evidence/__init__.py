"""What speaks for and against an inspection: evidence, marks, grades. It flags and explains, it never punishes."""
