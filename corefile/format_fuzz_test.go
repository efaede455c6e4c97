package corefile_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/coredns/caddy/caddyfile"

	"corewarden/corefile"
)

// FuzzFormat checks that a formatted text has the same words in the same lines for CoreDNS's
// own lexer, the same comments in their order and the same verdict, and stays as it is.
func FuzzFormat(f *testing.F) {
	for _, texts := range parserCases {
		f.Add(texts[0])
	}
	for _, text := range []string{
		"a#b c\nd", "\"a\"#b c\n", "\"a\"b", "a\r#b\r c", "# a\r\n#b\r\n", "\ufeffa", " \ufeffa", "\ufeff\ufeffa", "a \"b\nc\" { # d\n}\n}\n", "a\xff#\xff b", "\"\"{\n\"}\"\n", "a\u2028b#c\u2028d", "a # b # c\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		formatted, err := corefile.Format(text)
		if err != nil {
			return
		}
		if again, err := corefile.Format(formatted); err != nil || again != formatted {
			t.Fatalf("%q becomes %q and then %q (%v)", text, formatted, again, err)
		}
		if before, after := lexed(text), lexed(formatted); !slices.Equal(before, after) {
			t.Fatalf("%q becomes %q, with other words: %q and %q", text, formatted, before, after)
		}
		if before, after := comments(text), comments(formatted); ascii(text) && !slices.Equal(before, after) {
			t.Fatalf("%q becomes %q, with other comments: %q and %q", text, formatted, before, after)
		}
		if before, after := rules(text), rules(formatted); !slices.Equal(before, after) {
			t.Fatalf("%q becomes %q, with another verdict: %q and %q", text, formatted, before, after)
		}
	})
}

// lexed returns the words that CoreDNS reads, each with a mark where it is not on the line
// where the one before it ends.
func lexed(text string) []string {
	var words []string
	end := 0
	for d := caddyfile.NewDispenser("", strings.NewReader(text)); d.Next(); {
		if d.Line() > end {
			words = append(words, "\n")
		}
		words = append(words, d.Val())
		end = d.Line() + strings.Count(d.Val(), "\n")
	}
	return words
}

// ascii reports whether a text has no blanks but those that comments knows.
func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 })
}

// comments returns what stands behind each "#" that is outside of quotes and words.
func comments(text string) []string {
	var found []string
	quoted, escaped, word := false, false, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quoted:
			if c == '"' && !escaped {
				quoted = false
			}
			escaped = c == '\\' && !escaped
		case strings.TrimSpace(text[i:i+1]) == "":
			word = word && c == '\r'
		case word:
		case c == '"':
			quoted, escaped = true, false
		case c == '#':
			comment, _, _ := strings.Cut(text[i:], "\n")
			found = append(found, strings.TrimSpace(comment))
			i += len(comment)
		default:
			word = true
		}
	}
	return found
}

// rules returns the rules that a text breaks, in the order of their places.
func rules(text string) []string {
	var report corefile.Report
	corefile.Parse(corefile.Configuration{Main: corefile.File{Name: "Corefile", Path: "/etc/coredns/Corefile", Text: text}, Dirs: []string{bundleDir}}, everyDirective, &report)
	var broken []string
	for _, p := range report.Problems() {
		broken = append(broken, string(p.Severity)+" "+p.Rule)
	}
	return broken
}
