package plugin

import (
	"net"
	"slices"
	"strings"

	"corewarden/corefile"
)

// acl reads: acl [ZONE...] { allow|block|filter|drop [type TYPE...|*] [net NETWORK...|*] }.
// All uses count. The words of the block may be in letters of any size, those of types are
// in capital letters.
func acl(p *Parser) error {
	read := p.aclSections
	known := properties{{name: "allow", read: read}, {name: "block", read: read}, {name: "filter", read: read}, {name: "drop", read: read}}
	return p.every(func() error {
		p.origins(p.RemainingArgs(), 0)
		return p.foldedBlock(known)
	})
}

// aclSections reads the sections behind an action. Each may come again.
func (p *Parser) aclSections() error {
	args := p.RemainingArgs()
	section := func(i int) string {
		if word := strings.ToLower(args[i]); word == "type" || word == "net" {
			return word
		}
		return ""
	}
	for i := 0; i < len(args); {
		name, at := section(i), i
		if name == "" {
			return p.errorAt(len(args)-1-i, RuleInvalidValue, `%s cannot start a section. Write "type TYPE..." or "net NETWORK..."`, corefile.Quote(args[i]))
		}
		for i++; i < len(args) && section(i) == ""; i++ {
		}
		values := args[at+1 : i]
		if len(values) == 0 {
			return p.errorAt(len(args)-1-at, RuleWrongArguments, `nothing follows %q. Write a value after it, or "*" for all`, name)
		}
		if all := slices.Index(values, "*"); all >= 0 { // CoreDNS reads no further
			values = values[:all]
		}
		for j, value := range values {
			if err := p.aclValue(len(args)-2-at-j, name, value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Parser) aclValue(back int, section, value string) error {
	if section == "type" {
		if _, found := p.recordType(value); found {
			return nil
		}
		if _, found := p.recordType(strings.ToUpper(value)); found {
			return p.suggestAt(back, strings.ToUpper(value), RuleInvalidValue, "%s is not a record type. Write it in upper case", corefile.Quote(value))
		}
		return p.errorAt(back, RuleInvalidValue, "%s is not a record type. Write for example A, AAAA or TXT", corefile.Quote(value))
	}
	network := value
	switch {
	case strings.Contains(value, "/"):
	case strings.Contains(value, ":"):
		network += "/128"
	default:
		network += "/32"
	}
	if _, _, err := net.ParseCIDR(network); err != nil {
		return p.errorAt(back, RuleInvalidValue, `%s is neither a network nor an IP address. Write for example "10.0.0.0/8" or "10.0.0.1"`, corefile.Quote(value))
	}
	return nil
}
