"""What the columns of people's spreadsheets are called."""

from collections.abc import Mapping, Sequence

from django.db import models


class TrackerField(models.TextChoices):
    """What a column of a spreadsheet can stand for."""

    TITLE = "TITLE", "Title of the question, perhaps with its link"
    LINK = "LINK", "Link to the question"
    PLATFORM = "PLATFORM", "Site that it is on"
    EXTERNAL_ID = "EXTERNAL_ID", "Its id there"
    ID = "ID", "Its id here, in a file that we wrote"
    DIFFICULTY = "DIFFICULTY", "Easy, Medium or Hard"
    PLATFORM_RATING = "PLATFORM_RATING", "The site's rating number"
    IMPORTANCE = "IMPORTANCE", "How much it matters, 1 to 4"
    SOURCE = "SOURCE", "Where it was found"
    TOPICS = "TOPICS", "Topics, several in a cell"
    PATTERNS = "PATTERNS", "Patterns, several in a cell"
    COMPANIES = "COMPANIES", "Companies, several in a cell"
    TAGS = "TAGS", "Other tags, several in a cell"
    DATE = "DATE", "When it was attempted"
    OUTCOME = "OUTCOME", "Whether it was solved"
    DURATION = "DURATION", "How long it took; minutes without a unit"
    RATING = "RATING", "How well it went, 1 to 4 or Again to Easy"
    HELP = "HELP", "None, hint or editorial"
    APPROACH = "APPROACH", "The idea in a line"
    TIME_COMPLEXITY = "TIME_COMPLEXITY", "Such as O(n)"
    SPACE_COMPLEXITY = "SPACE_COMPLEXITY", "Such as O(1)"
    MISTAKES = "MISTAKES", "What went wrong"
    LANGUAGE = "LANGUAGE", "Programming language"
    NOTES = "NOTES", "Notes on the attempt, or on the question without one"
    CODE = "CODE", "The solution's code"


F = TrackerField

_UNITS = ("", "min", "mins", "minutes", "sec", "secs", "seconds", "hrs", "hours")
_DURATIONS = ("duration", "timetaken", "timespent", "solvetime", "timetosolve", "elapsed", "time")

# As ``columns.plain`` writes them, the best first. Our own exports are among them.
ALIASES: Mapping[str, Sequence[str]] = {
    F.TITLE: (
        *("problem", "problemname", "problemtitle", "title", "question", "questionname"),
        *("questiontitle", "leetcodeproblem", "exercise", "challenge", "kata", "name", "front"),
    ),
    F.LINK: (
        *("link", "url", "leetcodequestionlink", "problemlink", "problemurl", "questionlink"),
        *("questionurl", "leetcodelink", "leetcodeurl", "leetcode", "href"),
    ),
    F.PLATFORM: ("platform", "site", "website", "judge", "onlinejudge"),
    F.EXTERNAL_ID: ("platformid", "externalid"),
    F.ID: ("questionid", "id"),
    F.DIFFICULTY: ("difficulty", "difficultylevel", "level"),
    F.PLATFORM_RATING: ("platformrating", "problemrating"),
    F.IMPORTANCE: ("importance",),
    F.SOURCE: ("source", "sheet"),
    F.TOPICS: (
        *("topics", "topic", "topictags", "topictag", "dominanttopic", "category", "categories"),
        *("datastructure", "datastructures", "concepts", "subject", "type", "tag", "tags"),
    ),
    F.PATTERNS: ("patterns", "pattern"),
    F.COMPANIES: ("companies", "company", "companytags", "askedby"),
    F.TAGS: ("customtags", "labels", "tags"),
    F.DATE: (
        *("datesolved", "solveddate", "solvedon", "solvedat", "datecompleted", "completiondate"),
        *("completedon", "completedat", "attemptedat", "attemptedon", "dateattempted"),
        *("attemptdate", "lastattempted", "lastattemptedat", "lastattempt", "lastsolved"),
        *("lastpracticed", "lastpractised", "lastreviewed", "submittedat", "date", "timestamp"),
    ),
    F.OUTCOME: (
        *("outcome", "result", "verdict", "status", "solved", "solvedfirsttime", "issolved"),
        *("done", "completed", "passed", "finished"),
    ),
    F.DURATION: tuple(name + unit for name in _DURATIONS for unit in _UNITS)
    + ("minutes", "mins", "seconds"),
    F.RATING: ("rating", "grade", "confidence", "confidencelevel", "selfrating", "recall"),
    F.HELP: ("help", "helpused"),
    F.APPROACH: ("approach", "approachpattern", "technique", "idea", "algorithm", "strategy"),
    F.TIME_COMPLEXITY: ("timecomplexity", "tc"),
    F.SPACE_COMPLEXITY: ("spacecomplexity", "sc"),
    F.MISTAKES: ("mistakes", "mistake"),
    F.LANGUAGE: ("language", "lang", "programminglanguage"),
    F.NOTES: (
        *("notes", "note", "comments", "comment", "remarks", "learnings", "takeaways"),
        *("keytakeaways", "keyinsight", "back"),
    ),
    F.CODE: ("solutioncode", "code", "mycode"),
}
