package plugin

import (
	"maps"
	"slices"
	"strings"

	"corewarden/corefile"

	"github.com/miekg/dns"
)

// rcode reads the name of a response code, in letters of any size.
func (p *Parser) rcode(back int, text string) (int, error) {
	rcode, found := dns.StringToRcode[strings.ToUpper(text)]
	if !found || rcode == dns.RcodeStatefulTypeNotImplemented && !p.since("1.12.2") {
		f := p.errorAt(back, RuleInvalidValue, "%s is no response code; write for instance SERVFAIL, NXDOMAIN or REFUSED", corefile.Quote(text)).(*fault)
		f.suggestion = corefile.Nearest(strings.ToUpper(text), slices.Sorted(maps.Keys(dns.StringToRcode)))
		return 0, f
	}
	return rcode, nil
}
