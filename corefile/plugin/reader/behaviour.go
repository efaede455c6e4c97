package reader

import "corewarden/corefile"

// A Behaviour is what releases make of a word that newer ones read in another way. All of
// them start on it.
type Behaviour struct {
	Since  string // the version of CoreDNS from which on the word does what it says
	Before string // what it does before, after the name of the release
	Remedy string
}

// WarnOfBehaviour warns of a word where the release is one that reads it in the old way.
func (p *Parser) WarnOfBehaviour(b Behaviour, at corefile.Token) {
	if !p.Since(b.Since) {
		p.WarnAt(at, RuleOldBehaviour, "%s "+b.Before+", unlike CoreDNS %s and later. %s", p.Release.Name, corefile.Quote(at.Text), b.Since, b.Remedy)
	}
}
