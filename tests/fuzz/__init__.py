"""The service under requests that no well-meaning program sends."""
