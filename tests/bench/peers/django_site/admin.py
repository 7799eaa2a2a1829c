"""The list: 25 rows, two filters, a search."""

from django.contrib import admin

from tests.bench.peers.django_site.models import Person


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    """The same columns as ours, newest first."""

    list_display = ("email", "status", "country", "phone", "language", "uuid", "registered_at")
    list_filter = ("status", "country")
    search_fields = ("email",)
    ordering = ("-registered_at",)
    list_per_page = 25
