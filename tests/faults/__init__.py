"""What happens to reminders when anything dies at any moment: chaos on real servers, and each step by itself."""
