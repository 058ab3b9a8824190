"""Unread counts for the header of every page."""




def unread(request):
    return {}
