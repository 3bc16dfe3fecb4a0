"""What we know: readers, datums, topology, tables, the store. The only package that opens files or a database."""
