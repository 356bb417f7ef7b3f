"""What has left, or would have left if a mail server were set: for the platform, and for everybody in the demo."""
