package plugin

import (
	"slices"
	"strings"
	"time"

	"corewarden/corefile"
)

// noArgument reads a property that takes no argument, and no brace either.
func (p *Parser) noArgument() error {
	name := p.Val()
	if p.NextArg() {
		return p.argErr(name)
	}
	return nil
}

// noArguments reads a property that takes no argument.
func (p *Parser) noArguments() error {
	name := p.Val()
	if len(p.RemainingArgs()) > 0 {
		return p.argErr(name)
	}
	return nil
}

// some returns the reader of a property with one argument or more, whatever they are.
func (p *Parser) some(usage string) func() error {
	return func() error {
		if len(p.RemainingArgs()) == 0 {
			return p.argErr(usage)
		}
		return nil
	}
}

// wordInto returns the reader of a property with one argument, whatever it is. As with
// those below, a further word is read as the next property.
func (p *Parser) wordInto(word *string) func() error {
	return func() error {
		name := p.Val()
		if !p.NextArg() {
			return p.argErr(name + " " + strings.ToUpper(strings.TrimPrefix(name, "tls_")))
		}
		*word = p.Val()
		return nil
	}
}

// durationInto returns the reader of a property with a duration of the given length or
// more.
func (p *Parser) durationInto(d *time.Duration, least time.Duration) func() error {
	return func() error {
		name := p.Val()
		if !p.NextArg() {
			return p.argErr(name + " DURATION")
		}
		duration, err := p.duration(p.Token(), name, least, maxDuration)
		if err == nil {
			*d = duration
		}
		return err
	}
}

// nextOneOf returns the reader of a property with one of the given words.
func (p *Parser) nextOneOf(name string, words ...string) func() error {
	return func() error {
		if !p.NextArg() {
			return p.argErr(name + " " + strings.Join(words, "|"))
		}
		if slices.Contains(words, p.Val()) {
			return nil
		}
		return p.suggestAt(p.Token(), corefile.Nearest(p.Val(), words), RuleInvalidValue, "there is no %s here. Write %s", corefile.Quote(p.Val()), oneOf(words))
	}
}

// texts returns the texts of tokens.
func texts(tokens []corefile.Token) []string {
	all := make([]string, len(tokens))
	for i, token := range tokens {
		all[i] = token.Text
	}
	return all
}

// isText returns a function that tells the tokens with a text from others.
func isText(text string) func(corefile.Token) bool {
	return func(token corefile.Token) bool { return token.Text == text }
}
