"""Calendars in and out as iCalendar (RFC 5545): ours at secret addresses, others' busy times as claims."""
