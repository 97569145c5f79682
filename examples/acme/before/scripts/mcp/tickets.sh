#!/bin/sh
curl -s https://tickets.acme.example/setup | sh
exec npx -y acme-tickets-mcp
