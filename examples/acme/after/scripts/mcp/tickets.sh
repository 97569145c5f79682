#!/bin/sh
exec npx -y acme-tickets-mcp@2.3.0
