"""What belongs to each pattern of the problem list: topics, and approaches with their cost."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Approach:
    """How somebody solved it, in a line, with its time and space."""

    idea: str
    time: str
    space: str


@dataclass(frozen=True)
class Pattern:
    """The topics of a pattern's problems and the approaches that solve them."""

    topics: tuple[str, ...]
    approaches: tuple[Approach, ...]


_LINEAR = ("O(n)", "O(n)")
_IN_PLACE = ("O(n)", "O(1)")
_SORTING = ("O(n log n)", "O(n)")

PATTERNS = {
    "Arrays & Hashing": Pattern(
        ("Array", "Hash Table"),
        (
            Approach("One pass with a dictionary of what was seen", *_LINEAR),
            Approach("Count, then read the counts in order", *_LINEAR),
            Approach("Prefix sums and a dictionary of them", *_LINEAR),
        ),
    ),
    "Two Pointers": Pattern(
        ("Array", "String"),
        (
            Approach("Pointers from both ends towards the middle", *_IN_PLACE),
            Approach("Sort, fix one, two pointers for the rest", "O(n^2)", "O(1)"),
        ),
    ),
    "Sliding Window": Pattern(
        ("String", "Array"),
        (
            Approach("Grow to the right, shrink from the left while invalid", *_IN_PLACE),
            Approach("Window with counts and a number of matches", *_LINEAR),
        ),
    ),
    "Stack": Pattern(
        ("Stack",),
        (
            Approach("Monotonic stack of indices", *_LINEAR),
            Approach("Push openers, pop when they close", *_LINEAR),
        ),
    ),
    "Binary Search": Pattern(
        ("Array", "Binary Search"),
        (
            Approach("Halve the interval, keep the answer inside", "O(log n)", "O(1)"),
            Approach("Search the answer, check each guess", "O(n log m)", "O(1)"),
        ),
    ),
    "Linked List": Pattern(
        ("Linked List",),
        (
            Approach("Dummy head and one walk", *_IN_PLACE),
            Approach("Slow and fast pointer, then reverse a half", *_IN_PLACE),
        ),
    ),
    "Trees": Pattern(
        ("Tree", "Depth-First Search"),
        (
            Approach("Recursion that returns what the parent needs", "O(n)", "O(h)"),
            Approach("Level by level with a queue", *_LINEAR),
        ),
    ),
    "Tries": Pattern(
        ("Trie", "String"), (Approach("Trie of dictionaries, depth-first", "O(n k)", "O(n k)"),)
    ),
    "Heap / Priority Queue": Pattern(
        ("Heap",),
        (
            Approach("Heap of the k best so far", "O(n log k)", "O(k)"),
            Approach("Two heaps around the median", *_SORTING),
        ),
    ),
    "Backtracking": Pattern(
        ("Recursion",),
        (
            Approach("Choose, recurse, undo", "O(2^n)", "O(n)"),
            Approach("Sort first, skip equal neighbours", "O(2^n)", "O(n)"),
        ),
    ),
    "Graphs": Pattern(
        ("Graph", "Depth-First Search"),
        (
            Approach("Depth-first with a set of visited cells", "O(m n)", "O(m n)"),
            Approach("Breadth-first from all sources at once", "O(m n)", "O(m n)"),
            Approach("Topological order by indegree", "O(V + E)", "O(V + E)"),
        ),
    ),
    "Advanced Graphs": Pattern(
        ("Graph", "Heap"),
        (
            Approach("Dijkstra with a heap", "O(E log V)", "O(V + E)"),
            Approach("Union-find over sorted edges", "O(E log E)", "O(V)"),
        ),
    ),
    "1-D Dynamic Programming": Pattern(
        ("Dynamic Programming", "Array"),
        (
            Approach("Two variables instead of the table", *_IN_PLACE),
            Approach("Memoised recursion over the index", *_LINEAR),
        ),
    ),
    "2-D Dynamic Programming": Pattern(
        ("Dynamic Programming", "Matrix"),
        (
            Approach("Table over both prefixes, last row kept", "O(m n)", "O(n)"),
            Approach("Memoised recursion over both indices", "O(m n)", "O(m n)"),
        ),
    ),
    "Greedy": Pattern(
        ("Greedy", "Array"), (Approach("Keep the farthest reach while walking", *_IN_PLACE),)
    ),
    "Intervals": Pattern(
        ("Array", "Sorting"),
        (
            Approach("Sort by start, merge while they overlap", *_SORTING),
            Approach("Sort starts and ends, sweep", *_SORTING),
        ),
    ),
    "Math & Geometry": Pattern(
        ("Math", "Matrix"), (Approach("Layer by layer, four borders", "O(m n)", "O(1)"),)
    ),
    "Bit Manipulation": Pattern(
        ("Bit Manipulation",), (Approach("XOR makes pairs disappear", *_IN_PLACE),)
    ),
    "JavaScript": Pattern(
        ("JavaScript",), (Approach("Closure over the saved arguments", "O(1)", "O(1)"),)
    ),
}

# Invented companies: what they "ask" must not be taken for a fact about a real one.
COMPANIES = (
    "Acme", "Globex", "Initech", "Umbrella", "Hooli", "Pied Piper", "Wayne Enterprises",
    "Stark Industries", "Cyberdyne", "Tyrell", "Soylent", "Vandelay",
)  # fmt: skip

NOTES = (
    "Explain the invariant aloud before writing code.",
    "The edge case is the empty input.",
    "Easy to get the loop's end wrong: draw three elements first.",
    "The brute force helps to see which work is repeated.",
    "Name the two pointers by what they mean, not i and j.",
    "Ask whether the input is sorted and whether it may be changed.",
    "Write the recursion's return value down before its body.",
    "Watch the time: ten minutes for the idea, no more.",
)
