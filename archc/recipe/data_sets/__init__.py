"""The data sets, one file each: their settings, what is known of them unread, and their splits."""
