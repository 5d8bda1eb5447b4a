"""People in the admin: their rights and whether they may sign in. The rest is theirs to change."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User, sort_key

if TYPE_CHECKING:
    PersonAdmin = UserAdmin[User]
    NewPerson = AdminUserCreationForm[User]
else:
    PersonAdmin = UserAdmin
    NewPerson = AdminUserCreationForm


class NewUserForm(NewPerson):
    class Meta:
        model = User
        fields = ("email", "name", "language")


@admin.register(User)
class PeopleAdmin(PersonAdmin):
    """A name may be put right here; zone and address move reminders and mail, so they are not."""

    add_form = NewUserForm
    ordering = ("sort_name", "pk")
    list_display = ("email", "name", "may_create_cohorts", "may_edit_curricula", "is_staff")
    list_filter = ("may_create_cohorts", "may_edit_curricula", "is_staff", "is_active")
    search_fields = ("email", "name")
    readonly_fields = ("email", "language", "time_zone", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language", "time_zone")}),
        (
            _("Rights"),
            {
                "fields": (
                    "may_create_cohorts",
                    "may_edit_curricula",
                    "is_active",
                    "is_staff",
                    "is_superuser",
                    "groups",
                    "user_permissions",
                )
            },
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("email", "name", "language", "usable_password", "password1", "password2")},
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.readonly_fields if obj else ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.email = obj.email.lower()
        obj.sort_name = sort_key(obj.name or obj.email)
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A person with histories is closed, not deleted; facts of a cohort hang on them."""
        return False
