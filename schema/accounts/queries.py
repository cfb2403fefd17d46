"""Who am I?"""

from typing import cast

import strawberry

from schema.accounts.types import User
from schema.context import Info
from schema.directives import SignedIn


@strawberry.type
class AccountQueries:
    @strawberry.field(extensions=[SignedIn()], description="The person who is signed in.")
    def viewer(self, info: Info) -> User:
        return cast(User, info.context.user)
