package reader

import (
	"net"
	"strings"

	"corewarden/corefile"
)

// ServerIP checks the address of another name server: an IP address, with a port or
// without. CoreDNS does not look at the port.
func (p *Parser) ServerIP(token corefile.Token) error {
	host, _, err := net.SplitHostPort(token.Text)
	if err != nil {
		host = token.Text
	}
	if i := strings.LastIndexByte(host, '%'); i >= 0 && p.Since("1.14.5") {
		host = host[:i] // an interface
	}
	if net.ParseIP(host) == nil {
		return p.ErrorAt(token, RuleInvalidValue, `%s is not an IP address. Write for example "10.0.0.1" or "10.0.0.1:53"`, corefile.Quote(token.Text))
	}
	return nil
}
