package plugin

import (
	"maps"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
)

// rcode reads the name of a response code, in letters of any size.
func (p *Parser) rcode(token corefile.Token) (int, error) {
	rcode, found := dns.StringToRcode[strings.ToUpper(token.Text)]
	if !found || rcode == dns.RcodeStatefulTypeNotImplemented && !p.since("1.12.2") {
		meant := corefile.Nearest(strings.ToUpper(token.Text), slices.Sorted(maps.Keys(dns.StringToRcode)))
		return 0, p.suggestAt(token, meant, RuleInvalidValue, "%s is not a response code. Write for example SERVFAIL, NXDOMAIN or REFUSED", corefile.Quote(token.Text))
	}
	return rcode, nil
}
