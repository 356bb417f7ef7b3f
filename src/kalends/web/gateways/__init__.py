"""Where gateways answer: receipts, and what people write back."""
