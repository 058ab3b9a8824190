"""A member, as a neighbour sees them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from members import queries
from members.models import Member


@require_safe
@login_required
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows what they say of themselves and the communities they share with the viewer, never others."""
    member = get_object_or_404(Member.objects.prefetch_related("portraits"), pk=pk)
    if not member.is_active:
        return render(request, "members/profile_closed.html", {"member": member}, status=410)
    mine = member == request.user
    shared = queries.communities_of(member) if mine else queries.shared_communities(request.user, member)
    return render(request, "members/profile.html", {"member": member, "shared": list(shared), "mine": mine})
