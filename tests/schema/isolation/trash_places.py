"""Where a client may name a row in the trash: the type expected there, and an operation."""

REFUSED = "... on OperationInfo { messages { kind field code message } }"
TYPES = ["Question", "Tag", "QuestionLog", "StudyList", "Goal"]
TRASH_PLACES = {
    f"{verb}{name}(input.id)": (
        name,
        f"mutation ($id: ID!) {{ {verb}{name}(input: {{id: $id}}) {{ {REFUSED} }} }}",
    )
    for verb in ("restore", "purge")
    for name in TYPES
}
