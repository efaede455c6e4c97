package reader

import (
	"slices"

	"corewarden/corefile"
)

// WarnOfEnvironment warns of words that the server replaces with values of its pod's
// environment. Each stays one word of its line, whatever it becomes.
func (p *Parser) WarnOfEnvironment() {
	for _, token := range p.Tokens {
		if token.DependsOnEnvironment() {
			p.Environment = true
			p.Report.WarnOfEnvironment(token, p.Name+": the value")
		}
	}
}

// Hidden reports whether a word depends on the environment, so that nobody outside of the
// pod knows it.
func (p *Parser) Hidden(token corefile.Token) bool {
	return p.Environment && token.DependsOnEnvironment()
}

// HiddenAmong reports whether one of several words is hidden, so that it may be a keyword
// that gives those around it another meaning.
func (p *Parser) HiddenAmong(tokens []corefile.Token) bool {
	return p.Environment && slices.ContainsFunc(tokens, corefile.Token.DependsOnEnvironment)
}

// doubtful reports whether a fault may be none, as it is about words that are hidden.
func (p *Parser) doubtful(f *fault) bool {
	if p.Ignorable {
		return true
	}
	switch f.rule {
	case RuleUnknownProperty, RuleUnavailableProperty:
		return p.Hidden(f.token)
	case RuleConflict:
		return p.Environment
	case RuleMissingProperty:
		return p.Nameless
	}
	return false
}

// Overridable reports whether the environment may name a property, or a use of the plugin,
// that overrides those that were read.
func (p *Parser) Overridable() bool { return p.Nameless || p.Unnamed }

// MayHave reports whether the block uses a plugin, or one whose name is hidden.
func (p *Parser) MayHave(plugin string) bool { return p.Has(plugin) || p.Unnamed }
