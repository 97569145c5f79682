#!/bin/sh
# Only reads: the account has no other rights.
exec uvx acme-orders-mcp@1.0.4 --database "${ORDERS_READ_ONLY_URL}"
