"""Every image reference that a build or a compose project would pull, judged offline by how its tag behaves."""
