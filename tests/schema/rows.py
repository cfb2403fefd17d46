"""Operations on many rows, each of which is answered by itself."""

UPDATE_EACH = """mutation ($items: [UpdateQuestionInput!]!) {
  updateQuestions(input: {items: $items, errorPolicy: SKIP_FAILED}) {
    ... on BulkQuestions { results { status messages { field code } } }
  }
}"""
