"""Links to shared pictures, to look at and to revoke."""

from django.contrib import admin, messages

from domain.base.admin import LargeTableAdmin, ReadOnly, Request, Rows, by
from domain.sharing import services
from domain.sharing.models import ShareLink


@admin.register(ShareLink)
class ShareLinkAdmin(ReadOnly, LargeTableAdmin):
    """Searched by the owner's whole address, or by id. Their addresses are not shown."""

    list_display = ("name", "kind", "owner", "created_at", "revoked_at")
    list_filter = ("kind", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("owner",)
    search_help_text = "The owner's e-mail address, or an id."
    actions = page_actions = ("revoke",)

    def has_revoke_permission(self, request: Request) -> bool:
        """Who may change links may revoke them; nothing else about them can be changed."""
        return request.user.has_perm("sharing.change_sharelink")

    @admin.action(description="Revoke the link", permissions=["revoke"])
    def revoke(self, request: Request, queryset: Rows) -> None:
        """Have these addresses show nothing."""
        revoked = 0
        for link in queryset:
            services.revoke_share_link(share_link=link, **by(request))
            revoked += 1
        self.message_user(request, f"{revoked} revoked.", messages.SUCCESS)
