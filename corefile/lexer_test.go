package corefile

import (
	"slices"
	"strings"
	"testing"

	"github.com/coredns/caddy/caddyfile"
)

// FuzzLexer compares the tokens with those of CoreDNS's own lexer: what they say, their
// lines, and that their columns hold what they say.
func FuzzLexer(f *testing.F) {
	for _, text := range []string{
		"", "a b\n", "\ufeffa", "\u00a0a\u2028b", "a\r\nb\r", "a#b c\nd", "# a\nb", "#a\u00a0b", "a \"b c\" d",
		"\"a\nb\" c", "\"", "a \"\\", "\"\\\"\"", "\"\\\\\" b", "\"\"", "a\"b c\"", "\"a\"b", "\"a\"#b", "a\xff\xfeb",
		"a\r#b\r c", "\"a\xff\\\"b\\c\" d", "\"\\\ufffd\xff", "a\x85b\xc2\x85c", "\"a\\\n\\\"b\n", "#\r\n\"\r\"", "\"\\\\\\", "a\x00b \x1f",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		type token struct {
			text string
			line int
		}
		var want, got []token
		for d := caddyfile.NewDispenser("", strings.NewReader(text)); d.Next(); {
			want = append(want, token{d.Val(), d.Line()})
		}
		s := lex(File{Text: text})
		for _, read := range s.tokens {
			got = append(got, token{read.Text, read.Line()})
		}
		if !slices.Equal(got, want) {
			t.Fatalf("read %+v, but CoreDNS reads %+v", got, want)
		}
		lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
		for i, read := range s.tokens {
			line := []rune(lines[read.line-1])
			if read.column < 1 || read.endColumn <= read.column || int(read.endColumn) > len(line)+1 {
				t.Fatalf("token %d, %q, spans %d to %d in a line of %d characters", i, read.Text, read.column, read.endColumn, len(line))
			}
			if source := string(line[read.column-1 : read.endColumn-1]); !startsWith(source, read.Text) {
				t.Fatalf("token %d is %q, but its place holds %q", i, read.Text, source)
			}
		}
	})
}

// startsWith reports whether a token's source is its text, as far as one line shows it.
func startsWith(source, text string) bool {
	rest, quoted := strings.CutPrefix(source, `"`)
	if !quoted {
		return strings.ReplaceAll(source, "\r", "") == text
	}
	text, _, _ = strings.Cut(text, "\n")
	escaped := strings.NewReplacer(`\\`, `\\`, `\"`, `"`) // CoreDNS keeps the backslash of all but a quote
	return strings.HasPrefix(escaped.Replace(rest), text)
}
