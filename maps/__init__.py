"""Pictures and papers: figures in, HTML texts, workbooks and documents out."""
