"""Long work that the service has done by a process of its own: one `wangge` command a job."""
