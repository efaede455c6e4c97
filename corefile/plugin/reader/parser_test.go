package reader

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/coredns/caddy/caddyfile"

	"corewarden/corefile"
	"corewarden/corefile/release"
)

// TestParserReadsAsDispenser makes random calls on random tokens, of a Parser and of the
// reader that CoreDNS's plugins use.
func TestParserReadsAsDispenser(t *testing.T) {
	t.Parallel()
	newest, err := release.CoreDNS("1.15.0")
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	compared := 0
	for range 20_000 {
		text := "t " + randomText(random)
		tokens := tokensOf(text)
		if tokens == nil {
			continue // no directive
		}
		compared++
		words := make([]caddyfile.Token, len(tokens))
		for i, token := range tokens {
			words[i] = caddyfile.Token{File: token.File(), Line: token.Line(), Text: token.Text}
		}
		parser := New("t", tokens, &Block{Release: newest, Report: &corefile.Report{}}, &Found{})
		ours := &parser
		theirs := caddyfile.NewDispenserTokens("", words)
		var calls []string
		for range 12 {
			name, same := randomCall(random, ours, &theirs)
			if calls = append(calls, name); !same || ours.Val() != theirs.Val() {
				t.Fatalf("after %v of %q we are at %q, and CoreDNS's reader at %q", calls, text, ours.Val(), theirs.Val())
			}
		}
	}
	if compared < 1000 {
		t.Errorf("compared only %d texts", compared)
	}
}

func randomText(random *rand.Rand) string {
	words := []string{"a", "b", "{", "}", "\n", "\n", "\"c\nd\""}
	var text []string
	for range random.IntN(12) {
		text = append(text, words[random.IntN(len(words))])
	}
	return strings.Join(text, " ")
}

// tokensOf returns the tokens of the uses of t in a block, or nil if that is none.
func tokensOf(text string) []corefile.Token {
	var report corefile.Report
	blocks := corefile.Parse(corefile.Configuration{Main: corefile.File{Text: "example.org {\n" + text + "\n}\n"}}, func(string) bool { return true }, &report)
	if len(report.Problems()) > 0 {
		return nil
	}
	var tokens []corefile.Token
	for _, d := range blocks[0].Directives {
		tokens = append(tokens, d.Tokens...)
	}
	return tokens
}

// randomCall makes the same call of both and reports whether both returned the same.
func randomCall(random *rand.Rand, ours *Parser, theirs *caddyfile.Dispenser) (name string, same bool) {
	switch random.IntN(4) {
	case 0:
		return "Next", ours.Next() == theirs.Next()
	case 1:
		return "NextArg", ours.NextArg() == theirs.NextArg()
	case 2:
		return "NextBlock", ours.NextBlock() == theirs.NextBlock()
	}
	return "RemainingArgs", strings.Join(Texts(ours.RemainingArgs()), "|") == strings.Join(theirs.RemainingArgs(), "|")
}
