package corefile_test

import (
	"fmt"
	"strings"
	"testing"

	"corewarden/corefile"
)

func TestWrittenWordsStandWhereTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"words", "a {\n\tlog  b\n}", `|a {|log b|}`},
		{"wide characters", "ä 🙂\n  é", `|ä 🙂|é`},
		{"quotes", "log \"a\\\" b\" c", `|log "a\" b"=a" b c`},
		{"a quote over lines", "\"a\nb\" c\nd", "|\"a\nb\"=a\nb c|d"},
		{"comments", "# a b\nc # d", `|# a b:comment|c # d:comment`},
		{"a comment that is glued to a word", "a#b c", `|a#b=a c`},
		{"CRLF", "a b\r\nc\r\n", `|a b|c`},
		{"a byte order mark", "\ufeffa b", `|a b`},
		{"an open quote", "a \"b", `|a "b=b`},
		{"nothing", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got strings.Builder
			for w := range corefile.Written(test.text) {
				separator := " "
				if w.StartsLine {
					separator = "|"
				}
				source := test.text[w.Start:w.End]
				fmt.Fprint(&got, separator, source)
				if w.Text != source {
					fmt.Fprint(&got, "=", w.Text)
				}
				if w.Comment {
					fmt.Fprint(&got, ":comment")
				}
			}
			if got.String() != test.want {
				t.Errorf("got %q, want %q", got.String(), test.want)
			}
		})
	}
}
