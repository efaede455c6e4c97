package plugin

import (
	"net"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// An ACL is one use of acl.
type ACL struct {
	// Token is the name of the plugin.
	Token corefile.Token
	// Zones are those that it holds for, in small letters; a network is one of them.
	Zones []string
	// Policies are looked at in order: the first that meets a query decides.
	Policies []ACLPolicy
}

// An ACLPolicy is a line of acl.
type ACLPolicy struct {
	// Token is the action: allow, block, filter or drop, in letters of any size.
	Token corefile.Token
	// Types are the types of queries that it is for; none: all.
	Types []uint16
	// AllClients tells that it is for clients of any address; else for those of Networks.
	AllClients bool
	Networks   []*net.IPNet
}

// acl reads: acl [ZONE...] { allow|block|filter|drop [type TYPE...|*] [net NETWORK...|*] }.
// All uses count. The words of the block may be in letters of any size, those of types are
// in capital letters.
func acl(p *Parser) error {
	var use ACL
	read := func() error {
		policy, err := p.aclSections()
		use.Policies = append(use.Policies, policy)
		return err
	}
	const usage = "[type TYPE...|*] [net NETWORK...|*]"
	known := reader.Properties{
		{Name: "allow", Usage: usage, Read: read},
		{Name: "block", Usage: usage, Read: read},
		{Name: "filter", Usage: usage, Read: read},
		{Name: "drop", Usage: usage, Read: read},
	}
	return p.Every(func() error {
		use = ACL{Token: p.Token(), Zones: p.Origins(p.RemainingArgs())}
		err := p.FoldedBlock(known)
		p.Settings.ACLs = append(p.Settings.ACLs, use)
		return err
	})
}

// aclSections reads the sections behind an action. Each may come again.
func (p *Parser) aclSections() (ACLPolicy, error) {
	policy := ACLPolicy{Token: p.Token()}
	networks, allTypes := false, false
	args := p.RemainingArgs()
	if i := slices.IndexFunc(args, p.Hidden); i >= 0 {
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
			return policy, p.ErrorAt(args[i], reader.RuleInvalidValue, `%s cannot start a section. Write "type TYPE..." or "net NETWORK..."`, corefile.Quote(args[i].Text))
		}
		for i++; i < len(args) && section(i) == ""; i++ {
		}
		values := args[at+1 : i]
		if len(values) == 0 && i == len(args) && p.Environment {
			return policy, nil
		}
		if len(values) == 0 {
			return policy, p.ErrorAt(args[at], reader.RuleWrongArguments, `nothing follows %q. Write a value after it, or "*" for all`, name)
		}
		if all := slices.IndexFunc(values, isText("*")); all >= 0 { // CoreDNS reads no further
			values = values[:all]
			policy.AllClients = policy.AllClients || name == "net"
			allTypes = allTypes || name == "type"
		}
		networks = networks || name == "net"
		for _, value := range values {
			if err := p.aclValue(name, value, &policy); err != nil {
				return policy, err
			}
		}
	}
	policy.AllClients = policy.AllClients || !networks
	if allTypes {
		policy.Types = nil
	}
	return policy, nil
}

func (p *Parser) aclValue(section string, token corefile.Token, into *ACLPolicy) error {
	value := token.Text
	if section == "type" {
		if t, found := p.RecordType(value); found {
			into.Types = append(into.Types, t)
			return nil
		}
		if _, found := p.RecordType(strings.ToUpper(value)); found {
			return p.SuggestAt(token, strings.ToUpper(value), reader.RuleInvalidValue, "%s is not a record type. Write it in upper case", corefile.Quote(value))
		}
		return p.ErrorAt(token, reader.RuleInvalidValue, "%s is not a record type. Write for example A, AAAA or TXT", corefile.Quote(value))
	}
	network := value
	switch {
	case strings.Contains(value, "/"):
	case strings.Contains(value, ":"):
		network += "/128"
	default:
		network += "/32"
	}
	_, parsed, err := net.ParseCIDR(network)
	if err != nil {
		return p.ErrorAt(token, reader.RuleInvalidValue, `%s is neither a network nor an IP address. Write for example "10.0.0.0/8" or "10.0.0.1"`, corefile.Quote(value))
	}
	into.Networks = append(into.Networks, parsed)
	return nil
}

// isText returns a function that tells the tokens with a text from others.
func isText(text string) func(corefile.Token) bool {
	return func(token corefile.Token) bool { return token.Text == text }
}
