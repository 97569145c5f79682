"""The rules of mcp-config-guard, one module per group of codes."""
