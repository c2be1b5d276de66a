"""The whole road, from the mail that comes in to the mails that leave."""
