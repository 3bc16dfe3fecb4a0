"""Tables and papers that an office hands in: Excel, Word and PDF, from figures alone."""
