package plugin

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

// The checks of values below return the value, or the error that CoreDNS ends with. Back
// counts from the current token as for errorAt.

// integer checks a whole number from least to most, as strconv.Atoi does.
func (p *Parser) integer(back int, text, what string, least, most int) error {
	n, err := strconv.Atoi(text)
	if err == nil && n >= least && n <= most {
		return nil
	}
	switch {
	case most == math.MaxInt && least == math.MinInt:
		return p.errorAt(back, RuleInvalidValue, "%s is %s. Write a whole number", what, corefile.Quote(text))
	case most == math.MaxInt:
		return p.errorAt(back, RuleInvalidValue, "%s is %s. Write a whole number from %d up", what, corefile.Quote(text), least)
	}
	return p.errorAt(back, RuleInvalidValue, "%s is %s. Write a whole number from %d to %d", what, corefile.Quote(text), least, most)
}

// duration reads a duration with a unit from least to most, as time.ParseDuration does.
func (p *Parser) duration(back int, text, what string, least, most time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	switch _, numberErr := strconv.ParseFloat(text, 64); {
	case err != nil && numberErr == nil:
		return 0, p.errorAt(back, RuleInvalidValue, "%s is %s, without a unit. Write for example %q", what, corefile.Quote(text), text+"s")
	case err != nil:
		return 0, p.errorAt(back, RuleInvalidValue, `%s is %s. Write a duration such as "30s", "5m" or "1h30m"`, what, corefile.Quote(text))
	case d < least:
		return 0, p.errorAt(back, RuleInvalidValue, "%s is %s. Write a duration of at least %s", what, corefile.Quote(text), least)
	case d > most:
		return 0, p.errorAt(back, RuleInvalidValue, "%s is %s. Write a duration of at most %s", what, corefile.Quote(text), most)
	}
	return d, nil
}

// Durations without a limit.
const (
	anyDuration time.Duration = math.MinInt64
	maxDuration time.Duration = math.MaxInt64
)

// hostPort checks an address of a listener, as net.SplitHostPort does.
func (p *Parser) hostPort(back int, text string) error {
	if _, _, err := net.SplitHostPort(text); err == nil {
		return nil
	}
	if _, err := strconv.ParseUint(text, 10, 16); err == nil {
		return p.errorAt(back, RuleInvalidValue, "the address %s has no colon. Write %q", corefile.Quote(text), ":"+text)
	}
	if ip, err := netip.ParseAddr(text); err == nil {
		return p.errorAt(back, RuleInvalidValue, "the address %s has no port. Write for example %q", corefile.Quote(text), netip.AddrPortFrom(ip, 8080))
	}
	return p.errorAt(back, RuleInvalidValue, "%s is not an address. Write an IP address and a port, such as %q", corefile.Quote(text), "127.0.0.1:8080")
}

// nothing reads a property that takes no argument and does not look for one: a word that
// follows is read as the next property.
func nothing() error { return nil }

// oneArg reads exactly one argument.
func (p *Parser) oneArg(usage string) (string, error) {
	args := p.RemainingArgs()
	if len(args) != 1 {
		return "", p.argErr(usage)
	}
	return args[0], nil
}

// oneOf reads exactly one argument, which has to be one of the words once fold has been
// applied to it; fold may be nil.
func (p *Parser) oneOf(usage string, fold func(string) string, words ...string) error {
	args := p.RemainingArgs()
	if len(args) != 1 {
		return p.argErr(usage)
	}
	word := args[0]
	if fold != nil {
		word = fold(word)
	}
	if slices.Contains(words, word) {
		return nil
	}
	return p.noneOf(0, args[0], words)
}

// noneOf is the error for a word that is not one of those it has to be.
func (p *Parser) noneOf(back int, text string, words []string) error {
	return p.suggestAt(back, corefile.Nearest(text, words), RuleInvalidValue, "%s is not one of %s", corefile.Quote(text), strings.Join(words, ", "))
}

// maxRegexp is the length that CoreDNS allows a regular expression since 1.14.0.
const maxRegexp = 10000

// regexp checks a regular expression of Go and returns how many groups it has. It parses
// the expression but does not compile it: compiling finds no further error, and may cost a
// thousand times as much.
func (p *Parser) regexp(back int, text string) (groups int, err error) {
	if len(text) > maxRegexp && p.since("1.14.0") {
		return 0, p.errorAt(back, RuleInvalidValue, "the regular expression has %d characters; at most %d are allowed", len(text), maxRegexp)
	}
	if err := p.spend(back, 2+len(text)/8); err != nil {
		return 0, err
	}
	expression, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		var wrong *syntax.Error
		errors.As(err, &wrong)
		remedy := ""
		if slices.Contains([]string{"(?=", "(?!", "(?<=", "(?<!", "(?<"}, wrong.Expr) {
			remedy = ". Go has no look-ahead or look-behind: write it without"
		}
		return 0, p.errorAt(back, RuleInvalidValue, "%s is not a valid Go regular expression: %s at %s%s", corefile.Quote(text), wrong.Code, corefile.Quote(wrong.Expr), remedy)
	}
	return expression.MaxCap(), nil
}
