package corefile

import (
	"slices"
	"strings"
	"testing"

	"github.com/coredns/caddy/caddyfile"
)

// FuzzSpans compares the places that spans finds with the tokens of CoreDNS's own lexer.
func FuzzSpans(f *testing.F) {
	for _, text := range []string{
		"", "a b\n", "\ufeffa", "\u00a0a\u2028b", "a\r\nb\r", "a#b c\nd", "# a\nb", "#a\u00a0b", "a \"b c\" d",
		"\"a\nb\" c", "\"", "a \"\\", "\"\\\"\"", "\"\\\\\" b", "\"\"", "a\"b c\"", "\"a\"b", "\"a\"#b", "a\xff\xfeb",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var want []caddyfile.Token
		for d := caddyfile.NewDispenser("", strings.NewReader(text)); d.Next(); {
			want = append(want, caddyfile.Token{Line: d.Line(), Text: d.Val()})
		}
		got := slices.Collect(spans(text))
		if len(got) != len(want) {
			t.Fatalf("found the places of %d tokens, but CoreDNS reads %d: %+v", len(got), len(want), want)
		}
		lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
		for i, s := range got {
			line := []rune(lines[want[i].Line-1])
			if s.start < 1 || s.end <= s.start || s.end > len(line)+1 {
				t.Fatalf("token %d, %q, spans %d to %d in a line of %d characters", i, want[i].Text, s.start, s.end, len(line))
			}
			if source := string(line[s.start-1 : s.end-1]); !startsWith(source, want[i].Text) {
				t.Fatalf("token %d is %q, but its place holds %q", i, want[i].Text, source)
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
