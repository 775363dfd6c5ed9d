"""The official SDKs against this server, with their own strict validation."""
