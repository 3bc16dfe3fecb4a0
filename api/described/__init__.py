"""What the OpenAPI description says of the answers. The routes give plain JSON; tests hold it against these shapes."""
