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
	const usage = "[type TYPE...|*] [net NETWORK...|*]"
	read := p.aclSections
	known := properties{
		{name: "allow", usage: usage, read: read},
		{name: "block", usage: usage, read: read},
		{name: "filter", usage: usage, read: read},
		{name: "drop", usage: usage, read: read},
	}
	return p.every(func() error {
		p.origins(p.RemainingArgs())
		return p.foldedBlock(known)
	})
}

// aclSections reads the sections behind an action. Each may come again.
func (p *Parser) aclSections() error {
	args := p.RemainingArgs()
	if i := slices.IndexFunc(args, p.hidden); i >= 0 {
		args = args[:i] // what follows may belong to another section than it seems to
	}
	section := func(i int) string {
		if word := strings.ToLower(args[i].Text); word == "type" || word == "net" {
			return word
		}
		return ""
	}
	for i := 0; i < len(args); {
		name, at := section(i), i
		if name == "" {
			return p.errorAt(args[i], RuleInvalidValue, `%s cannot start a section. Write "type TYPE..." or "net NETWORK..."`, corefile.Quote(args[i].Text))
		}
		for i++; i < len(args) && section(i) == ""; i++ {
		}
		values := args[at+1 : i]
		if len(values) == 0 && i == len(args) && p.environment {
			return nil
		}
		if len(values) == 0 {
			return p.errorAt(args[at], RuleWrongArguments, `nothing follows %q. Write a value after it, or "*" for all`, name)
		}
		if all := slices.IndexFunc(values, isText("*")); all >= 0 { // CoreDNS reads no further
			values = values[:all]
		}
		for _, value := range values {
			if err := p.aclValue(name, value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Parser) aclValue(section string, token corefile.Token) error {
	value := token.Text
	if section == "type" {
		if _, found := p.recordType(value); found {
			return nil
		}
		if _, found := p.recordType(strings.ToUpper(value)); found {
			return p.suggestAt(token, strings.ToUpper(value), RuleInvalidValue, "%s is not a record type. Write it in upper case", corefile.Quote(value))
		}
		return p.errorAt(token, RuleInvalidValue, "%s is not a record type. Write for example A, AAAA or TXT", corefile.Quote(value))
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
		return p.errorAt(token, RuleInvalidValue, `%s is neither a network nor an IP address. Write for example "10.0.0.0/8" or "10.0.0.1"`, corefile.Quote(value))
	}
	return nil
}
