"""Make the database and its users; print the cookie of a logged-in person."""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.peers.django_site.settings"
django.setup()

from django.contrib.auth.models import User  # noqa: E402  after setup
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from tests.bench.peers.django_site.models import Person  # noqa: E402
from tests.bench.peers.people import people  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
made = (Person(**person) for person in people(int(sys.argv[1])))
Person.objects.bulk_create(made, batch_size=5000)
client = Client()
client.force_login(User.objects.create_superuser("bench"))
print(f"sessionid={client.cookies['sessionid'].value}")  # noqa: T201  read by the bench
