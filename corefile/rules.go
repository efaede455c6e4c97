package corefile

// The rules of the language itself. Each is the Rule of a Problem.
const (
	RuleEnvironment         = "environment-reference"
	RuleFileElsewhere       = "file-elsewhere"
	RuleGluedComment        = "glued-comment"
	RuleImportArguments     = "import-arguments"
	RuleImportCycle         = "import-cycle"
	RuleImportNotFound      = "import-not-found"
	RuleImportPattern       = "import-pattern"
	RuleInvisible           = "invisible-character"
	RuleMoreProblems        = "more-problems"
	RuleNotText             = "not-text"
	RuleSnippetRedeclared   = "snippet-redeclared"
	RuleSnippetWithoutBlock = "snippet-without-block"
	RuleTooLarge            = "too-large"
	RuleTrailingComma       = "trailing-comma"
	RuleUnclosedBlock       = "unclosed-block"
	RuleUnexpectedBrace     = "unexpected-brace"
	RuleUnusedIgnore        = "unused-ignore"
	RuleZoneWithoutBlock    = "zone-without-block"
)
