package plugin

import (
	"slices"

	"corewarden/corefile"
)

// warnOfEnvironment warns of words that the server replaces with values of its pod's
// environment. Each stays one word of its line, whatever it becomes.
func (p *Parser) warnOfEnvironment() {
	for _, token := range p.tokens {
		if token.DependsOnEnvironment() {
			p.environment = true
			p.Report.WarnOfEnvironment(token, p.plugin+": the value")
		}
	}
}

// hidden reports whether a word depends on the environment, so that nobody outside of the
// pod knows it.
func (p *Parser) hidden(token corefile.Token) bool {
	return p.environment && token.DependsOnEnvironment()
}

// hiddenAmong reports whether one of several words is hidden, so that it may be a keyword
// that gives those around it another meaning.
func (p *Parser) hiddenAmong(tokens []corefile.Token) bool {
	return p.environment && slices.ContainsFunc(tokens, corefile.Token.DependsOnEnvironment)
}

// doubtful reports whether a fault may be none, as it is about words that are hidden.
func (p *Parser) doubtful(f *fault) bool {
	if p.ignorable {
		return true
	}
	switch f.rule {
	case RuleUnknownProperty, RuleUnavailableProperty:
		return p.hidden(f.token)
	case RuleConflict:
		return p.environment
	case RuleMissingProperty:
		return p.nameless
	}
	return false
}

// overridable reports whether the environment may name a property, or a use of the plugin,
// that overrides those that were read.
func (p *Parser) overridable() bool { return p.nameless || p.Unnamed }

// mayHave reports whether the block uses a plugin, or one whose name is hidden.
func (p *Parser) mayHave(plugin string) bool { return p.Has(plugin) || p.Unnamed }
