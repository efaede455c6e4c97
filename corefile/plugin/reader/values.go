package reader

import (
	"errors"
	"math"
	"net"
	"net/netip"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"time"

	"corewarden/corefile"
)

// The checks of values below return the value of a token, or the error that CoreDNS ends
// with.

// Integer checks a whole number from least to most, as strconv.Atoi does.
func (p *Parser) Integer(token corefile.Token, what string, least, most int) error {
	n, err := strconv.Atoi(token.Text)
	if err == nil && n >= least && n <= most {
		return nil
	}
	switch {
	case most == math.MaxInt && least == math.MinInt:
		return p.ErrorAt(token, RuleInvalidValue, "%s is %s. Write a whole number", what, corefile.Quote(token.Text))
	case most == math.MaxInt:
		return p.ErrorAt(token, RuleInvalidValue, "%s is %s. Write a whole number from %d up", what, corefile.Quote(token.Text), least)
	}
	return p.ErrorAt(token, RuleInvalidValue, "%s is %s. Write a whole number from %d to %d", what, corefile.Quote(token.Text), least, most)
}

// Duration reads a duration with a unit from least to most, as time.ParseDuration does.
func (p *Parser) Duration(token corefile.Token, what string, least, most time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(token.Text)
	switch {
	case err != nil && isNumber(token.Text):
		return 0, p.ErrorAt(token, RuleInvalidValue, "%s is %s, without a unit. Write for example %q", what, corefile.Quote(token.Text), token.Text+"s")
	case err != nil:
		return 0, p.ErrorAt(token, RuleInvalidValue, `%s is %s. Write a duration such as "30s", "5m" or "1h30m"`, what, corefile.Quote(token.Text))
	case d < least:
		return 0, p.ErrorAt(token, RuleInvalidValue, "%s is %s. Write a duration of at least %s", what, corefile.Quote(token.Text), least)
	case d > most:
		return 0, p.ErrorAt(token, RuleInvalidValue, "%s is %s. Write a duration of at most %s", what, corefile.Quote(token.Text), most)
	}
	return d, nil
}

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

// Durations without a limit.
const (
	AnyDuration time.Duration = math.MinInt64
	MaxDuration time.Duration = math.MaxInt64
)

// HostPort checks an address of a listener, as net.SplitHostPort does.
func (p *Parser) HostPort(token corefile.Token) error {
	if _, _, err := net.SplitHostPort(token.Text); err == nil {
		return nil
	}
	if _, err := strconv.ParseUint(token.Text, 10, 16); err == nil {
		return p.ErrorAt(token, RuleInvalidValue, "the address %s has no colon. Write %q", corefile.Quote(token.Text), ":"+token.Text)
	}
	if ip, err := netip.ParseAddr(token.Text); err == nil {
		return p.ErrorAt(token, RuleInvalidValue, "the address %s has no port. Write for example %q", corefile.Quote(token.Text), netip.AddrPortFrom(ip, 8080))
	}
	return p.ErrorAt(token, RuleInvalidValue, "%s is not an address. Write an IP address and a port, such as %q", corefile.Quote(token.Text), "127.0.0.1:8080")
}

// Nothing reads a property that takes no argument and does not look for one: a word that
// follows is read as the next property.
func Nothing() error { return nil }

// OneArg reads exactly one argument.
func (p *Parser) OneArg(usage string) (corefile.Token, error) {
	args := p.RemainingArgs()
	if len(args) != 1 {
		return corefile.Token{}, p.ArgErr(usage)
	}
	return args[0], nil
}

// OneOf reads exactly one argument, which has to be one of the words once fold has been
// applied to it; fold may be nil.
func (p *Parser) OneOf(usage string, fold func(string) string, words ...string) error {
	args := p.RemainingArgs()
	if len(args) != 1 {
		return p.ArgErr(usage)
	}
	word := args[0].Text
	if fold != nil {
		word = fold(word)
	}
	if slices.Contains(words, word) {
		return nil
	}
	return p.NoneOf(args[0], words)
}

// NoneOf is the error for a word that is not one of those it has to be.
func (p *Parser) NoneOf(token corefile.Token, words []string) error {
	return p.SuggestAt(token, corefile.Nearest(token.Text, words), RuleInvalidValue, "there is no %s here. Write %s", corefile.Quote(token.Text), OneOf(words))
}

// OneOf lists words of which one is to be written.
func OneOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return "one of " + strings.Join(words, ", ")
}

// MaxRegexp is the length that CoreDNS allows a regular expression since 1.14.0.
const MaxRegexp = 10000

// Regexp checks a regular expression of Go and returns how many groups it has. It parses
// the expression but does not compile it: compiling finds no further error, and may cost a
// thousand times as much.
func (p *Parser) Regexp(token corefile.Token) (groups int, err error) {
	if p.Hidden(token) {
		return 0, nil
	}
	if len(token.Text) > MaxRegexp && p.Since("1.14.0") {
		return 0, p.ErrorAt(token, RuleInvalidValue, "the regular expression has %d characters; at most %d are allowed. Shorten it", len(token.Text), MaxRegexp)
	}
	if err := p.Spend(token, 2+len(token.Text)/8); err != nil {
		return 0, err
	}
	expression, err := p.Parsed.Regexp(token.Text)
	if err != nil {
		var wrong *syntax.Error
		errors.As(err, &wrong)
		remedy := `. Put a backslash before a character that stands for itself`
		if slices.Contains([]string{"(?=", "(?!", "(?<=", "(?<!", "(?<"}, wrong.Expr) {
			remedy = ". Go has no look-ahead or look-behind: write it without"
		}
		return 0, p.ErrorAt(token, RuleInvalidValue, "%s is not a valid Go regular expression: %s at %s%s", corefile.Quote(token.Text), wrong.Code, corefile.Quote(wrong.Expr), remedy)
	}
	return expression.MaxCap(), nil
}
