package reader

import (
	"slices"
	"strings"
	"time"

	"corewarden/corefile"
)

// NoArgument reads a property that takes no argument, and no brace either.
func (p *Parser) NoArgument() error {
	name := p.Val()
	if p.NextArg() {
		return p.ArgErr(name)
	}
	return nil
}

// NoArguments reads a property that takes no argument.
func (p *Parser) NoArguments() error {
	name := p.Val()
	if len(p.RemainingArgs()) > 0 {
		return p.ArgErr(name)
	}
	return nil
}

// Some returns the reader of a property with one argument or more, whatever they are.
func (p *Parser) Some(usage string) func() error {
	return func() error {
		if len(p.RemainingArgs()) == 0 {
			return p.ArgErr(usage)
		}
		return nil
	}
}

// WordInto returns the reader of a property with one argument, whatever it is. As with
// those below, a further word is read as the next property.
func (p *Parser) WordInto(word *string) func() error {
	return func() error {
		name := p.Val()
		if !p.NextArg() {
			return p.ArgErr(name + " " + strings.ToUpper(strings.TrimPrefix(name, "tls_")))
		}
		*word = p.Val()
		return nil
	}
}

// DurationInto returns the reader of a property with a duration of the given length or
// more.
func (p *Parser) DurationInto(d *time.Duration, least time.Duration) func() error {
	return func() error {
		name := p.Val()
		if !p.NextArg() {
			return p.ArgErr(name + " DURATION")
		}
		duration, err := p.Duration(p.Token(), name, least, MaxDuration)
		if err == nil {
			*d = duration
		}
		return err
	}
}

// NextOneOf returns the reader of a property with one of the given words.
func (p *Parser) NextOneOf(name string, words ...string) func() error {
	return func() error {
		if !p.NextArg() {
			return p.ArgErr(name + " " + strings.Join(words, "|"))
		}
		if slices.Contains(words, p.Val()) {
			return nil
		}
		return p.SuggestAt(p.Token(), corefile.Nearest(p.Val(), words), RuleInvalidValue, "there is no %s here. Write %s", corefile.Quote(p.Val()), OneOf(words))
	}
}

// Texts returns the texts of tokens.
func Texts(tokens []corefile.Token) []string {
	all := make([]string, len(tokens))
	for i, token := range tokens {
		all[i] = token.Text
	}
	return all
}

// TTL reads: ttl SECONDS, and ignores what follows.
func (p *Parser) TTL() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.ArgErr("ttl SECONDS")
	}
	err := p.Integer(args[0], "the TTL", 0, 3600)
	return err
}
