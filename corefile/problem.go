package corefile

// Severity says what a problem does to the configuration it was found in.
type Severity string

const (
	// Error is a problem that would stop a server: the configuration is rejected.
	Error Severity = "error"
	// Warning is a problem that starts but likely does not do what it says, or
	// that only the pod can judge: the configuration is accepted.
	Warning Severity = "warning"
)

// A Problem is one thing to say about one place of a configuration.
type Problem struct {
	// Rule is the stable identifier of the rule that was broken, such as
	// "unknown-plugin". docs/rules.md explains each.
	Rule     string
	Severity Severity
	// Server names the server that the problem would stop, such as
	// "CoreDNS 1.15.0". It is empty where every server is meant.
	Server string
	// File is the name of the File the problem is in: a ConfigMap key or a path.
	File string
	// Line and Column count from 1, Column in characters (runes). EndColumn is the
	// column after the last character, on the same line. All are 0 where the
	// problem concerns the file as a whole.
	Line, Column, EndColumn int
	// Message states the rule and names the remedy, in one line.
	Message string
	// Suggestion is the likely intended word, or empty.
	Suggestion string
}
