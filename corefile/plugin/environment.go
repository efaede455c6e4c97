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
	switch f.rule {
	case RuleUnknownProperty, RuleUnavailableProperty:
		if p.hidden(f.token) {
			p.nameless = true
			return true
		}
	case RuleConflict:
		return p.environment
	case RuleMissingProperty:
		return p.nameless
	}
	return false
}
