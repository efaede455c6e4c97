package reader

import (
	"maps"
	"slices"

	"github.com/miekg/dns"
)

// newTypes are the types of records that the oldest supported releases do not know, and
// the version of CoreDNS that each came with. They come with its DNS library.
var newTypes = map[uint16]string{
	dns.TypeNXNAME:  "1.11.4",
	dns.TypeRESINFO: "1.12.1",
}

// RecordType returns the record type of the given name, which is in capital letters,
// if the release knows it.
func (p *Parser) RecordType(name string) (uint16, bool) {
	t, found := dns.StringToType[name]
	return t, found && p.Since(newTypes[t])
}

// KnownTypes returns the names of the record types that the release knows.
func (p *Parser) KnownTypes() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(dns.StringToType)), func(name string) bool { _, found := p.RecordType(name); return !found })
}
