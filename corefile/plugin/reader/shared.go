package reader

import "corewarden/corefile"

// A Shared is what the plugins of all server blocks of one configuration have in common.
// The zero Shared is ready to use.
type Shared struct {
	// effort adds up what regular expressions, templates and expressions cost to check, in
	// about kilobytes of memory. They take up to a thousand times the memory of their text,
	// and far longer than the rest.
	effort int
	// zoneText adds up the bytes of zone files that were read.
	zoneText int
	// managed tells how the certificate of each domain is managed that a server block gets
	// by ACME.
	managed map[string]string
}

// Empty reports whether nothing was added to it.
func (s *Shared) Empty() bool { return s.effort == 0 && s.zoneText == 0 && len(s.managed) == 0 }

// maxEffort is the largest effort: thousands of times what a large configuration takes, and
// checked in less than an API server waits.
const maxEffort = 20_000

// Spend adds to the configuration's effort before it is made.
func (p *Parser) Spend(at corefile.Token, kilobytes int) error {
	if p.Shared.effort += kilobytes; p.Shared.effort > maxEffort {
		return p.ErrorAt(at, corefile.RuleTooLarge, "the regular expressions, templates and expressions up to here are too many or too long to check. Use fewer")
	}
	return nil
}

// Manage takes note of what the certificate of a domain is managed with, on which all its
// uses have to agree, and reports whether they do.
func (s *Shared) Manage(domain, with string) (agree bool) {
	if before, found := s.managed[domain]; found {
		return before == with
	}
	if s.managed == nil {
		s.managed = map[string]string{}
	}
	s.managed[domain] = with
	return true
}

// maxZoneText is how many bytes of zone files are read for the zones of one configuration.
const maxZoneText = 1 << 20

// TooMuchZoneText adds the bytes of a zone file to those that were read, and reports whether they
// are more than are to be.
func (s *Shared) TooMuchZoneText(bytes int) bool {
	s.zoneText += bytes
	return s.zoneText > maxZoneText
}
