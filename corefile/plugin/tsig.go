package plugin

import (
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// A TSIG is the use of tsig.
type TSIG struct {
	// Zones are those that it holds for, in small letters; a network is one of them.
	Zones []string
	// Types are those of queries that need a signature; All tells that every query does.
	Types []uint16
	All   bool
}

// tsig reads: tsig [ZONE...] { secret NAME KEY; secrets FILE; require TYPE...|all|none;
// require_opcode OPCODE...|all|none }.
func tsig(p *Parser) error {
	return p.Once(func() error {
		use := &TSIG{Zones: p.Origins(p.RemainingArgs())}
		p.Settings.TSIG = use
		keys := map[string]bool{}
		return p.ReadBlock(reader.Properties{
			{Name: "secret", Usage: "NAME KEY", Read: func() error {
				args := p.RemainingArgs()
				if len(args) != 2 {
					return p.ArgErr("secret NAME KEY")
				}
				name := strings.ToLower(dns.Fqdn(args[0].Text))
				if keys[name] {
					return p.ErrorAt(args[0], reader.RuleInvalidValue, "the key %s is given twice. Remove one", corefile.Quote(args[0].Text))
				}
				keys[name] = true
				return nil
			}},
			{Name: "secrets", Usage: "FILE", Read: func() error {
				args := p.RemainingArgs()
				if len(args) != 1 {
					return p.ArgErr("secrets FILE")
				}
				return p.PodFile(args[0], "the secrets file")
			}},
			{Name: "require", Usage: "TYPE...|all|none", Read: func() error {
				use.Types = nil
				return p.tsigRequire("require TYPE...|all|none", "record type", "A", &use.All, func(word string) bool {
					t, found := p.RecordType(word)
					use.Types = append(use.Types, t)
					return found
				})
			}},
			{Name: "require_opcode", Usage: "OPCODE...|all|none", Since: "1.14.3", Read: func() error {
				return p.tsigRequire("require_opcode OPCODE...|all|none", "opcode", "UPDATE", &use.All, func(word string) bool {
					opcode, found := dns.StringToOpcode[word]
					use.All = use.All || found && opcode == dns.OpcodeQuery
					return found
				})
			}},
		})
	})
}

// tsigRequire reads: WORD...|all|none, and sets a flag for all. What follows all or none is
// ignored.
func (p *Parser) tsigRequire(usage, what, example string, all *bool, known func(word string) bool) error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.ArgErr(usage)
	}
	if p.Hidden(args[0]) {
		return nil
	}
	if args[0].Text == "all" || args[0].Text == "none" {
		*all = *all || args[0].Text == "all"
		p.Ignored(args, 1)
		return nil
	}
	for _, arg := range args {
		if known(arg.Text) {
			continue
		}
		err := p.ErrorAt(arg, reader.RuleInvalidValue, "%s is not a %s. Write for example %s, in upper case", corefile.Quote(arg.Text), what, example)
		if upper := strings.ToUpper(arg.Text); known(upper) {
			return reader.Suggest(err, upper)
		}
		return err
	}
	return nil
}
