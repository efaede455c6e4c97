package corefile_test

import (
	"testing"

	"corewarden/corefile"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"blanks alone", " \n\n\t\n", ""},
		{"indentation", "a {\nforward . 10.0.0.1 {\n  max_fails 3\n}\n\t\tlog\n}", "a {\n    forward . 10.0.0.1 {\n        max_fails 3\n    }\n    log\n}\n"},
		{"blanks between words", "a\t{\n  log   b  c \n}\n", "a {\n    log b c\n}\n"},
		{"blank lines", "\n\na {\n\n\nlog\n\n\n\nerrors\n\n}\n\n\nb {\n}\n\n", "a {\n    log\n\n    errors\n}\n\nb {\n}\n"},
		{"comments", "  # one\na { # two\n# three\n   log#four\n}   #five\n# six  \n", "# one\na { # two\n    # three\n    log#four\n} #five\n# six\n"},
		{"a comment glued to a word ends at a blank", "a {\n log#x  b\n}\n", "a {\n    log#x b\n}\n"},
		{"quotes", "a {\n template  IN A {\n answer \"{{ .Name }}  60 \\\"x\\\"\"\n}\n}\n", "a {\n    template IN A {\n        answer \"{{ .Name }}  60 \\\"x\\\"\"\n    }\n}\n"},
		{"a quote over lines", "a {\n log \"b\n\n  c\"   d\n}\n", "a {\n    log \"b\n\n  c\" d\n}\n"},
		{"placeholders", "{$ZONE} {\n  forward . {%UP%}\n}\n", "{$ZONE} {\n    forward . {%UP%}\n}\n"},
		{"zones over lines", "a,\n   b {\n log\n}\n", "a,\nb {\n    log\n}\n"},
		{"braces too many", "}\n}\na {\n", "}\n}\na {\n"},
		{"a block on one line", "a { log }\nb\n", "a { log }\nb\n"},
		{"CRLF", "a {\r\nlog\r\n}\r\n", "a {\r\n    log\r\n}\r\n"},
		{"mixed line ends", "a {\nlog\r\n}\n", "a {\n    log\n}\n"},
		{"other blanks", "a\u00a0{\n\u2003log\n}\n", "a {\n    log\n}\n"},
		{"a byte order mark", "\ufeff a {\n}\n", "\ufeffa {\n}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got, err := corefile.Format(test.text); got != test.want || err != nil {
				t.Errorf("is\n%q (%v), want\n%q", got, err, test.want)
			}
		})
	}
	for text, want := range map[string]string{
		"a {\n log \"x\n}\n": "line 2: the quote is never closed. Close it",
		" \ufeffa {\n}\n":    "it has characters that CoreDNS would read in another way after formatting. Remove invisible characters",
	} {
		if got, err := corefile.Format(text); err == nil || err.Error() != want || got != "" {
			t.Errorf("%q becomes %q (%v), want %s", text, got, err, want)
		}
	}
}
