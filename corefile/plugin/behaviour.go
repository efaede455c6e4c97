package plugin

import "corewarden/corefile"

// A behaviour is what releases make of a word that newer ones read in another way. All of
// them start on it.
type behaviour struct {
	since  string // the version of CoreDNS from which on the word does what it says
	before string // what it does before, after the name of the release
	remedy string
}

var (
	serverNameInAddress = behaviour{"1.13.2", "sends queries to a host named %s, which fails", "Name the TLS server with tls_servername in a block"}
	wildcardInHosts     = behaviour{"1.14.5", "answers only for the name %s itself", "Use the plugin template for all names below a zone"}
	cnameWithoutDot     = behaviour{"1.13.2", "compares whole names with %s, which lacks their final dot", "Write the final dot"}
)

// warnOfBehaviour warns of a word where the release is one that reads it in the old way.
func (p *Parser) warnOfBehaviour(b behaviour, at corefile.Token) {
	if !p.since(b.since) {
		p.warnAt(at, RuleOldBehaviour, "%s "+b.before+", unlike CoreDNS %s and later. %s", p.Release.Name, corefile.Quote(at.Text), b.since, b.remedy)
	}
}
