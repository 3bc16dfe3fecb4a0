"""Pictures: figures in, one self-contained HTML text out."""
