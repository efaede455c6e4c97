package corefile_test

import (
	"fmt"
	"strings"
	"testing"

	"corewarden/corefile"
)

func TestIgnore(t *testing.T) {
	t.Parallel()
	const noSuch = `there is no warning of the rule "r" here to ignore. Remove this comment`
	for _, test := range []struct {
		name, text string
		problems   string // line, rule and severity of each
		want       string // line and rule of what is left, or the message of an unused comment
	}{
		{name: "on the line", text: "a # corewarden:ignore r because\nb", problems: "1 r warning, 2 r warning", want: "2 r"},
		{name: "on the line above", text: "# corewarden:ignore r because\n\na\nb", problems: "3 r warning, 4 r warning", want: "4 r"},
		{name: "several above", text: "# corewarden:ignore r because\n# corewarden:ignore s because\na\n", problems: "3 r warning, 3 s warning", want: ""},
		{name: "on the first line of a block", text: "a { # corewarden:ignore r because\nb {\nc\n}\nd\n}\ne\n", problems: "1 r warning, 3 r warning, 5 r warning, 7 r warning", want: "7 r"},
		{name: "above a block", text: "# corewarden:ignore r because\na {\nb\n}\nc\n", problems: "3 r warning, 5 r warning", want: "5 r"},
		{name: "within a block", text: "a {\n# corewarden:ignore r because\nb\nc\n}\n", problems: "3 r warning, 4 r warning", want: "4 r"},
		{name: "a block that is never closed", text: "a { # corewarden:ignore r because\nb\n", problems: "2 r warning", want: ""},
		{name: "a word over lines", text: "a \"b\nc\" # corewarden:ignore r because\n", problems: "1 r warning", want: ""},
		{name: "another rule", text: "a # corewarden:ignore r because\n", problems: "1 s warning", want: "1 s, " + noSuch},
		{name: "nothing to ignore", text: "a\nb # corewarden:ignore r because\n", want: noSuch},
		{name: "at the end", text: "a\n# corewarden:ignore r because\n", problems: "1 r warning", want: "1 r, " + noSuch},
		{name: "an error", text: "a # corewarden:ignore r because\n", problems: "1 r error", want: `1 r, "r" is an error here, and only warnings can be ignored. Fix the error and remove this comment`},
		{name: "an error and a warning", text: "a # corewarden:ignore r because\nb", problems: "1 r warning, 2 r error", want: "2 r"},
		{name: "nothing to ignore, perhaps because of an error", text: "a\nb # corewarden:ignore r because\n", problems: "1 s error", want: "1 s"},
		{name: "nothing to ignore among the shown", text: "a\nb # corewarden:ignore r because\n", problems: "0 more-problems warning", want: "0 more-problems"},
		{name: "nothing to ignore, which is not certain", text: "a\nb # corewarden:ignore uncertain because\n"},
		{name: "no reason", text: "a # corewarden:ignore r\n", problems: "1 r warning", want: "1 r, this comment ignores nothing: it names no rule or no reason. Write # corewarden:ignore RULE reason"},
		{name: "no comment", text: "\"a # corewarden:ignore r because\"\n", problems: "1 r warning", want: "1 r"},
		{name: "another comment", text: "a # see corewarden:ignore r because\n", problems: "1 r warning", want: "1 r"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var problems []corefile.Problem
			for _, p := range strings.Split(test.problems, ", ") {
				var line int
				var rule, severity string
				if n, _ := fmt.Sscan(p, &line, &rule, &severity); n == 3 {
					problems = append(problems, corefile.Problem{Rule: rule, Severity: corefile.Severity(severity), File: "Corefile", Line: line})
				}
			}
			var got []string
			for _, p := range corefile.Ignore([]corefile.File{{Name: "Corefile", Text: test.text}}, problems, func(rule string) bool { return rule != "uncertain" }) {
				if p.Rule == corefile.RuleUnusedIgnore {
					got = append(got, p.Message)
				} else {
					got = append(got, fmt.Sprint(p.Line, " ", p.Rule))
				}
			}
			if got := strings.Join(got, ", "); got != test.want {
				t.Errorf("leaves\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}
