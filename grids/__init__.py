"""How a town is divided and who answers for which part. Pure: frames in, frames out."""
