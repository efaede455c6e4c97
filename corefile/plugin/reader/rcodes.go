package reader

import (
	"maps"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
)

// Rcode reads the name of a response code, in letters of any size.
func (p *Parser) Rcode(token corefile.Token) (int, error) {
	name := strings.ToUpper(token.Text)
	rcode, found := dns.StringToRcode[name]
	if !found || p.lacksRcode(rcode) {
		meant := corefile.Nearest(name, p.knownRcodes())
		return 0, p.SuggestAt(token, meant, RuleInvalidValue, "%s is not a response code. Write for example SERVFAIL, NXDOMAIN or REFUSED", corefile.Quote(token.Text))
	}
	return rcode, nil
}

// lacksRcode reports whether the release does not know a response code of newer ones.
func (p *Parser) lacksRcode(rcode int) bool {
	return rcode == dns.RcodeStatefulTypeNotImplemented && !p.Since("1.12.2")
}

// knownRcodes returns the names of the response codes that the release knows.
func (p *Parser) knownRcodes() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(dns.StringToRcode)), func(name string) bool { return p.lacksRcode(dns.StringToRcode[name]) })
}
