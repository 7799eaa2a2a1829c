"""The overview: what needs attention, what changed and happened, and how users get on."""
