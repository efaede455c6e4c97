package reader

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile"
)

// A fault is the error that a plugin ends with, at the place it concerns.
type fault struct {
	token                     corefile.Token
	rule, message, suggestion string
}

func (f *fault) Error() string { return f.message }

// Errorf returns an error at the current token. Its message states the rule and names the
// remedy.
func (p *Parser) Errorf(rule, format string, args ...any) error {
	return p.ErrorAt(p.Token(), rule, format, args...)
}

// ErrorAt returns an error at a token. What is wrong with a word that depends on the
// environment is none: nobody knows the word.
func (p *Parser) ErrorAt(at corefile.Token, rule, format string, args ...any) error {
	return p.SuggestAt(at, "", rule, format, args...)
}

// SuggestAt is ErrorAt with the word that was likely meant, or "".
func (p *Parser) SuggestAt(at corefile.Token, suggestion, rule, format string, args ...any) error {
	if rule == RuleInvalidValue && p.Hidden(at) {
		p.unread = true
		return nil
	}
	return &fault{token: at, rule: rule, suggestion: suggestion, message: p.Name + ": " + fmt.Sprintf(format, args...)}
}

// Suggest adds to an error the word that was likely meant.
func Suggest(err error, word string) error {
	var f *fault
	if errors.As(err, &f) {
		f.suggestion = word
	}
	return err
}

// ReportError reports an error of a use, which goes on. There is none where it would be about a
// word that is hidden.
func (p *Parser) ReportError(err error) {
	if err == nil {
		return
	}
	var f *fault
	if !errors.As(err, &f) {
		f = &fault{token: p.Token(), rule: RuleInvalidValue, message: p.Name + ": " + err.Error()}
	}
	p.Failed = true
	if p.doubtful(f) {
		return
	}
	f = p.blamed(f.explained())
	if f.rule == corefile.RuleTooLarge {
		p.Report.Refuse(f.token, f.rule, f.message)
		return
	}
	p.Report.Suggest(f.token, f.rule, f.message, f.suggestion)
}

// explained returns a fault whose remedy heeds what its word was written like.
func (f *fault) explained() *fault {
	habit := corefile.Habit(f.token.Text)
	separator := ". "
	switch {
	case habit == "":
		return f
	case f.rule == RuleUnknownProperty:
		separator, habit = "; ", strings.ToLower(habit[:1])+habit[1:]
	case f.rule != RuleInvalidValue:
		return f
	}
	if end := strings.LastIndex(f.message, separator); end >= 0 {
		return &fault{token: f.token, rule: f.rule, message: f.message[:end] + separator + habit}
	}
	return f
}

// blamed returns a fault that is told of what is judged: where the server's own Corefile
// uses the plugin in the same block, CoreDNS may report the one because of the other.
func (p *Parser) blamed(f *fault) *fault {
	judged := slices.IndexFunc(p.Tokens, func(t corefile.Token) bool { return !t.Foreign() })
	if judged < 0 || !f.token.Foreign() {
		return f
	}
	at := p.Tokens[judged]
	return &fault{token: at, rule: f.rule, message: fmt.Sprintf("%s (caused by %s, in the same server block)", f.message, corefile.Place(f.token, at))}
}
