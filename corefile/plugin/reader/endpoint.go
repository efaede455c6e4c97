package reader

import (
	"net"
	"net/netip"

	"corewarden/corefile/domain"
)

// Endpoint takes note of a use of the plugin, the current token, which listens on the usual
// address unless it names another.
func (p *Parser) Endpoint(usual string) *Endpoint {
	e := &Endpoint{Token: p.Token(), Address: usual}
	p.found.Endpoints = append(p.found.Endpoints, e)
	return e
}

// CanonicalHost returns the same text for an IP address however it is written, and any other host
// as it is.
func CanonicalHost(host string) string {
	if !domain.MayBeAddress(host) { // parsing it would make an error
		return host
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().String()
	}
	return host
}

// Everywhere reports whether who listens on a host listens on every address.
func Everywhere(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}
